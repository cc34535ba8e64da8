"""The network of DIET (Bunk et al. 2020, arXiv 2004.09936), with a linear classifier beside it.

Experts judge the intent: a linear one over the message's own sparse features and one over its dense features, which
with few examples are hard to beat, a neural one over both, and a neural one over the tokens. Each learns by a loss of
its own and their logits are added: a sum that is trained as one stops learning as soon as the easiest part has
explained the training data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from framework.ml.blocks import AttentionPool, FeedForward
from framework.ml.token_encoder import TokenEncoder

AGREEMENT = 0.6
"""Factor of the summed logits. Experts who saw the same words must not be as sure together as independent ones.

It fits held-out parts of public data sets within a tenth, with ten examples an intent as with a hundred.
"""
SPARSE_BESIDE_DENSE = 0.25
"""Weight of the linear expert of sparse features where there is one of dense features."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network, 0 for what is not there, and the weight of the linear expert of dense features.

    ``taggers`` is how many encoders of tokens tag entities.
    """

    intents: int
    tags: int
    roles: int
    groups: int
    token_size: int
    sentence_size: int
    token_dense: int
    sentence_dense: int
    hidden_layers: tuple[int, ...]
    size: int
    layers: int
    heads: int
    has_tokens: bool
    dense_weight: float
    taggers: int


class Expert(nn.Module):
    """A neural judge of the intents, ``[B, dim]`` to ``[B, C]``."""

    def __init__(self, dim: int, shape: Shape, drop_rate: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.dropout = nn.Dropout(drop_rate)
        self.hidden = FeedForward(dim, (shape.size,), drop_rate)
        self.out = nn.Linear(shape.size, shape.intents)

    def forward(self, x: Tensor) -> Tensor:
        """The logits."""
        logits: Tensor = self.out(self.hidden(self.dropout(self.norm(x))))
        return logits


class Verdicts(NamedTuple):
    """The logits of each expert, ``[B, C]``; of the linear ones the sparse comes first, the dense if there is one."""

    linear: list[Tensor]
    neural: list[Tensor]
    dense_weight: float

    @property
    def together(self) -> Tensor:
        """The weighted logits of the linear experts and the mean of the neural ones', added."""
        sparse, *dense = self.linear
        linear = SPARSE_BESIDE_DENSE * sparse + self.dense_weight * dense[0] if dense else sparse
        return linear + torch.stack(self.neural).mean(0)


class IntentHead(nn.Module):
    """The experts that judge the intents."""

    def __init__(self, shape: Shape, drop_rate: float) -> None:
        super().__init__()
        self.dense_weight = shape.dense_weight
        self.pool = AttentionPool(shape.size) if shape.has_tokens else None
        self.dense = nn.Linear(shape.sentence_dense, shape.sentence_size) if shape.sentence_dense else None
        self.linear = nn.Linear(shape.sentence_dense, shape.intents, bias=False) if shape.sentence_dense else None
        if self.linear is not None:
            nn.init.zeros_(self.linear.weight)
        self.of_message = Expert(shape.sentence_size, shape, drop_rate)
        self.of_tokens = Expert(shape.size, shape, drop_rate) if shape.has_tokens else None

    def forward(self, encoded: Tensor | None, inputs: Mapping[str, Tensor]) -> Verdicts:
        """What each expert says."""
        linear, sentence = [inputs["scores"]], inputs["sentence"]
        if self.dense is not None and self.linear is not None:
            dense = inputs["sentence_dense"]
            linear.append(self.linear(dense))
            sentence = sentence + self.dense(dense)
        neural = [self.of_message(sentence)]
        if self.pool is not None and self.of_tokens is not None and encoded is not None:
            neural.append(self.of_tokens(self.pool(encoded, inputs)))
        return Verdicts(linear, neural, self.dense_weight)


class Tagger(nn.Module):
    """Another encoder of the tokens, with the heads that judge them."""

    def __init__(self, shape: Shape, drop_rate: float, attention_drop_rate: float) -> None:
        super().__init__()
        self.encoder = TokenEncoder(shape, drop_rate, attention_drop_rate)
        self.heads = _heads(shape)

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The logits ``tags [T, tags]``, ``roles [T, ·]`` and ``groups [T, ·]``."""
        encoded = self.encoder(inputs["tokens"], inputs.get("token_dense"), inputs)
        return {name: head(encoded) for name, head in self.heads.items()}


class DietNetwork(nn.Module):
    """The dense part of the model: from summed embeddings to logits.

    Inputs by name: ``tokens [T, token_size]``, ``token_dense [T, ·]``, ``sentence [B, sentence_size]``,
    ``sentence_dense [B, ·]``, ``scores [B, intents]`` (what the linear expert made of the sparse features), and the
    places of the tokens. Outputs: ``intents [B, intents]``, ``tags [T, tags]``, ``roles [T, ·]``, ``groups [T, ·]``.
    """

    def __init__(self, shape: Shape, drop_rate: float = 0.0, attention_drop_rate: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = TokenEncoder(shape, drop_rate, attention_drop_rate) if shape.has_tokens else None
        self.intents = IntentHead(shape, drop_rate) if shape.intents else None
        self.sharpness = nn.Buffer(torch.tensor([AGREEMENT]))
        self.heads = _heads(shape)
        self.taggers = nn.ModuleList(Tagger(shape, drop_rate, attention_drop_rate) for _ in range(shape.taggers - 1))

    def encode(self, inputs: Mapping[str, Tensor]) -> Tensor | None:
        """The tokens in context, ``[T, size]``."""
        if self.encoder is None:
            return None
        encoded: Tensor = self.encoder(inputs["tokens"], inputs.get("token_dense"), inputs)
        return encoded

    def token_outputs(self, encoded: Tensor | None, inputs: Mapping[str, Tensor]) -> list[dict[str, Tensor]]:
        """What each tagger says of the tokens, the one whose encoder the intents share first."""
        first = {name: head(encoded) for name, head in self.heads.items()}
        return [first, *(tagger(inputs) for tagger in self.taggers)]

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """All outputs, with the logits of the experts and those of the taggers put together."""
        encoded = self.encode(inputs)
        by_tagger = self.token_outputs(encoded, inputs)
        outputs = {name: torch.stack([logits[name] for logits in by_tagger]).mean(0) for name in self.heads}
        if self.intents is not None:
            outputs["intents"] = self.sharpness * self.intents(encoded, inputs).together
        return outputs


def _heads(shape: Shape) -> nn.ModuleDict:
    sizes = {"tags": shape.tags, "roles": shape.roles, "groups": shape.groups}
    return nn.ModuleDict({name: nn.Linear(shape.size, size) for name, size in sizes.items() if size})
