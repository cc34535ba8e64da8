"""The few building blocks of our networks, over packed tokens ``[T, D]`` (see :mod:`framework.ml.packing`).

Each has a writer of the same name in :mod:`framework.ml.onnx_blocks`.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

Places = Mapping[str, Tensor]
"""The arrays of a :class:`~framework.ml.packing.Packing` by name."""


class FeedForward(nn.Module):
    """Linear layers of the given sizes, each with GELU and dropout."""

    def __init__(self, dim: int, sizes: tuple[int, ...], drop_rate: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip((dim, *sizes), sizes, strict=False))
        self.dropout = nn.Dropout(drop_rate)

    def forward(self, x: Tensor) -> Tensor:
        """``[N, D]`` to ``[N, last size]``."""
        for layer in self.layers:
            x = self.dropout(functional.gelu(layer(x)))
        return x


class Neighbours(nn.Module):
    """Mixes each token with the ones before and after it (a convolution of width 3), as a residual.

    What a token means depends first of all on its neighbours; with few examples, attention does not find that out.
    """

    def __init__(self, dim: int, drop_rate: float) -> None:
        super().__init__()
        self.mix = nn.Linear(3 * dim, dim)
        self.dropout = nn.Dropout(drop_rate)

    def forward(self, x: Tensor, places: Places) -> Tensor:
        """``[T, D]`` to ``[T, D]``."""
        extended = _with_zero_row(x)
        around = torch.cat([extended[places["previous"]], x, extended[places["following"]]], dim=1)  # (T, 3D)
        mixed: Tensor = self.dropout(functional.gelu(self.mix(around)))
        return x + mixed


class SelfAttention(nn.Module):
    """Multi-head attention among the tokens of a segment (Vaswani et al. 2017, arXiv 1706.03762)."""

    def __init__(self, dim: int, heads: int, drop_rate: float) -> None:
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(dim, 3 * dim)
        self.merge = nn.Linear(dim, dim)
        self.drop_rate = drop_rate

    def forward(self, x: Tensor, places: Places) -> Tensor:
        """``[T, D]`` to ``[T, D]``."""
        segments, length = places["padded"].shape
        dim = x.shape[1]
        projected = _with_zero_row(self.project(x))[places["padded"]]  # (S, L, 3D)
        query, key, value = projected.view(segments, length, 3, self.heads, dim // self.heads).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=places["mask"][:, None, None, :],
            dropout_p=self.drop_rate if self.training else 0.0,
        )  # (S, H, L, D/H)
        packed = attended.transpose(1, 2).reshape(segments * length, dim)[places["packed"]]  # (T, D)
        merged: Tensor = self.merge(packed)
        return merged


class TransformerLayer(nn.Module):
    """Attention, then a feed-forward layer, each normalised first and added to its input (pre-norm)."""

    def __init__(self, dim: int, heads: int, drop_rate: float, attention_drop_rate: float) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(dim)
        self.attention = SelfAttention(dim, heads, attention_drop_rate)
        self.feed_norm = nn.LayerNorm(dim)
        self.widen = nn.Linear(dim, 2 * dim)
        self.narrow = nn.Linear(2 * dim, dim)
        self.dropout = nn.Dropout(drop_rate)

    def forward(self, x: Tensor, places: Places) -> Tensor:
        """``[T, D]`` to ``[T, D]``."""
        x = x + self.dropout(self.attention(self.attention_norm(x), places))
        fed: Tensor = self.dropout(self.narrow(functional.gelu(self.widen(self.feed_norm(x)))))
        return x + fed


class AttentionPool(nn.Module):
    """One vector a message: the mean of its tokens, each weighted by a learned score within e^±5."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.score = nn.Linear(dim, 1)

    def forward(self, x: Tensor, places: Places) -> Tensor:
        """``[T, D]`` to ``[B, D]``."""
        weights = torch.exp(5 * torch.tanh(self.score(x) / 5))  # (T, 1)
        members = places["members"]  # (B, T)
        pooled: Tensor = (members @ (weights * x)) / (members @ weights + 1e-6)
        return pooled


def _with_zero_row(x: Tensor) -> Tensor:
    return functional.pad(x, (0, 0, 0, 1))
