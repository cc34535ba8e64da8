"""The masked-token task of DIET: guess hidden tokens from those around them (after BERT, arXiv 1810.04805)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from framework.ml.losses import masked_token_loss
from framework_diet.network import Shape

HIDDEN_SHARE = 0.15
MASK_SHARE = 0.7
SWAP_SHARE = 0.1


class Masked(NamedTuple):
    """The hidden places ``[N]``, and the number of what stood there among the batch's different tokens ``[N]``."""

    places: Tensor
    types: Tensor


class TokenMasking(nn.Module):
    """Hides 15 % of the tokens: of these, 70 % by a learned vector, 10 % by another token; the rest stays."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.vector = nn.Parameter(torch.zeros(shape.token_size))
        self.guess = nn.Linear(shape.size, shape.token_size)

    def forward(self, inputs: dict[str, Tensor], type_of: Tensor, types: Tensor) -> Masked:
        """Replaces ``inputs["tokens"]``; ``types [U, D]`` are the embeddings of the different tokens."""
        tokens = inputs["tokens"]
        count, device = len(tokens), tokens.device
        places = torch.randperm(count, device=device)[: max(1, round(HIDDEN_SHARE * count))]
        fate = torch.rand(len(places), device=device)[:, None]
        other = types[type_of[torch.randint(count, (len(places),), device=device)]]
        instead = torch.where(fate < MASK_SHARE + SWAP_SHARE, other, tokens[places])
        instead = torch.where(fate < MASK_SHARE, self.vector, instead)
        inputs["tokens"] = tokens.index_copy(0, places, instead)
        return Masked(places, type_of[places])

    def loss(self, encoded: Tensor, masked: Masked, types: Tensor) -> Tensor:
        """Cross-entropy of the guesses, from the encoded tokens ``[T, size]``."""
        return masked_token_loss(self.guess(encoded[masked.places]), types.detach(), masked.types)
