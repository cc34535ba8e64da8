"""The networks that look back on a conversation: the transformer of TED, and an LSTM.

Of TED (Vlasov et al. 2019, arXiv 1910.00486) only the last place of a window is ever asked for. So the state of now
attends to the states of the window, as in the last place of a one-directional transformer with relative positions
(Shaw et al. 2018, arXiv 1803.02155); keys and values belong to states and are computed once for all windows in which a
state occurs. Further layers look again, with what the layer before made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from framework.ml.blocks import FeedForward

Inputs = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network. ``ages`` is how many states back it tells apart; ``dense`` 0 where there are none."""

    kind: Literal["transformer", "lstm"]
    labels: int
    state_size: int
    dense: int
    hidden_layers: tuple[int, ...]
    size: int
    layers: int
    heads: int
    ages: int


@dataclass(frozen=True, slots=True)
class DropRates:
    """Shares of values dropped in training."""

    hidden: float = 0.0
    attention: float = 0.0


class LookBack(nn.Module):
    """Attention of the state of now to the states of its window, then a feed-forward layer (pre-norm)."""

    def __init__(self, shape: Shape, drop: DropRates) -> None:
        super().__init__()
        size = shape.size
        self.heads = shape.heads
        self.drop_rate = drop.attention
        self.query_norm = nn.LayerNorm(size)
        self.query = nn.Linear(size, size)
        self.memory_norm = nn.LayerNorm(size)
        self.memory = nn.Linear(size, 2 * size)
        self.ages = nn.Embedding(shape.ages, 2 * size)
        nn.init.normal_(self.ages.weight, std=0.1)
        self.merge = nn.Linear(size, size)
        self.feed_norm = nn.LayerNorm(size)
        self.widen = nn.Linear(size, 2 * size)
        self.narrow = nn.Linear(2 * size, size)
        self.dropout = nn.Dropout(drop.hidden)

    def forward(self, now: Tensor, states: Tensor, inputs: Inputs) -> Tensor:
        """``now [B, D]`` and ``states [U, D]`` to ``[B, D]``."""
        places, size = inputs["places"], now.shape[1]
        batch, length = places.shape
        remembered = self.memory(self.memory_norm(states))[places] + self.ages(inputs["ages"])  # (B, L, 2D)
        key, value = remembered.view(batch, length, 2, self.heads, size // self.heads).permute(2, 0, 3, 1, 4)
        query = self.query(self.query_norm(now)).view(batch, self.heads, 1, size // self.heads)
        attended = functional.scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=inputs["mask"][:, None, None, :],
            dropout_p=self.drop_rate if self.training else 0.0,
        )  # (B, H, 1, D/H)
        now = now + self.dropout(self.merge(attended.reshape(batch, size)))
        fed: Tensor = self.dropout(self.narrow(functional.gelu(self.widen(self.feed_norm(now)))))
        return now + fed


class DialogueNetwork(nn.Module):
    """From the states of windows to the logits of what comes next.

    Inputs by name: ``states [U, state_size]`` (summed embeddings of their columns), ``dense [U, ·]`` (dense features
    of texts), and the arrays of :class:`~framework_ted.windows.Windows`. Output: ``labels [B, labels]``.
    """

    def __init__(self, shape: Shape, drop: DropRates = DropRates()) -> None:
        super().__init__()
        self.shape = shape
        size = shape.size
        self.dense = nn.Linear(shape.dense, shape.state_size) if shape.dense else None
        self.norm = nn.LayerNorm(shape.state_size)
        self.feed = FeedForward(shape.state_size, shape.hidden_layers, drop.hidden)
        last = shape.hidden_layers[-1] if shape.hidden_layers else shape.state_size
        self.project = nn.Linear(last, size)
        self.dropout = nn.Dropout(drop.hidden)
        self.layers = nn.ModuleList(
            LookBack(shape, drop) for _ in range(shape.layers if shape.kind == "transformer" else 0)
        )
        self.lstm = nn.LSTM(size, size, shape.layers, batch_first=True) if shape.kind == "lstm" else None
        self.final_norm = nn.LayerNorm(size)
        self.out = nn.Linear(size, shape.labels)

    def forward(self, inputs: Inputs) -> dict[str, Tensor]:
        """All outputs."""
        return {"labels": self.out(self.summarize(inputs))}

    def summarize(self, inputs: Inputs) -> Tensor:
        """What matters of each window, ``[B, D]``."""
        states = self.encode(inputs)
        now = states[inputs["latest"]]  # (B, D)
        for layer in self.layers:
            now = layer(now, states, inputs)
        if self.lstm is not None:
            now = now + self.dropout(self._recur(states, inputs))
        summary: Tensor = self.dropout(self.final_norm(now))
        return summary

    def encode(self, inputs: Inputs) -> Tensor:
        """The states one by one, ``[U, D]``."""
        x = inputs["states"]
        if self.dense is not None:
            x = x + self.dense(inputs["dense"])
        encoded: Tensor = functional.gelu(self.project(self.feed(self.dropout(self.norm(x)))))
        return encoded

    def _recur(self, states: Tensor, inputs: Inputs) -> Tensor:
        lstm = cast(nn.LSTM, self.lstm)
        every, _ = lstm(states[inputs["places"]])  # (B, L, D)
        lengths = inputs["lengths"].long()
        hidden: Tensor = every[torch.arange(len(lengths), device=lengths.device), lengths - 1]
        return hidden
