"""Tokens in context: the part that networks which tag entities have in common."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor, nn

from framework.ml.blocks import FeedForward, Neighbours, Places, TransformerLayer


class EncoderShape(Protocol):
    """The sizes of an encoder; ``token_dense`` is 0 where there are no dense features."""

    @property
    def token_size(self) -> int:
        """The width of the tokens' embeddings."""

    @property
    def token_dense(self) -> int:
        """Columns of the dense features of tokens."""

    @property
    def hidden_layers(self) -> tuple[int, ...]:
        """Feed-forward layers before the transformer."""

    @property
    def size(self) -> int:
        """The width of the transformer."""

    @property
    def layers(self) -> int:
        """Transformer layers."""

    @property
    def heads(self) -> int:
        """Attention heads."""


class TokenEncoder(nn.Module):
    """Tokens in context: ``[T, token_size]`` to ``[T, size]``."""

    def __init__(self, shape: EncoderShape, drop_rate: float, attention_drop_rate: float) -> None:
        super().__init__()
        self.dense = nn.Linear(shape.token_dense, shape.token_size) if shape.token_dense else None
        self.norm = nn.LayerNorm(shape.token_size)
        self.dropout = nn.Dropout(drop_rate)
        self.feed = FeedForward(shape.token_size, shape.hidden_layers, drop_rate)
        last = shape.hidden_layers[-1] if shape.hidden_layers else shape.token_size
        self.project = nn.Linear(last, shape.size) if last != shape.size else None
        self.neighbours = Neighbours(shape.size, drop_rate)
        self.layers = nn.ModuleList(
            TransformerLayer(shape.size, shape.heads, drop_rate, attention_drop_rate) for _ in range(shape.layers)
        )
        self.final_norm = nn.LayerNorm(shape.size)

    def forward(self, tokens: Tensor, dense: Tensor | None, places: Places) -> Tensor:
        """``dense`` are the dense features of the tokens, if there are any."""
        x = tokens if self.dense is None or dense is None else tokens + self.dense(dense)
        x = self.feed(self.dropout(self.norm(x)))
        if self.project is not None:
            x = self.project(x)
        x = self.neighbours(x, places)
        for layer in self.layers:
            x = layer(x, places)
        normed: Tensor = self.final_norm(x)
        return normed
