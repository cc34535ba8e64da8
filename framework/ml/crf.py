"""A linear-chain conditional random field over packed tokens (Lafferty et al. 2001)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from framework.ml.blocks import Places

_TINY = 1e-30


class CRF(nn.Module):
    """Scores of tag sequences: emissions of the tokens plus transitions between neighbours.

    ``allowed`` is 1 where tag ``j`` may follow tag ``i``; what it forbids scores -1e4, in training as in decoding.
    """

    forbidden: Tensor

    def __init__(self, allowed: Tensor, allowed_start: Tensor, allowed_end: Tensor) -> None:
        super().__init__()
        tags = len(allowed)
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        self.start = nn.Parameter(torch.zeros(tags))
        self.end = nn.Parameter(torch.zeros(tags))
        self.register_buffer("forbidden", (1 - torch.cat([allowed, allowed_start[None], allowed_end[None]])) * -1e4)

    def scores(self) -> tuple[Tensor, Tensor, Tensor]:
        """Transitions ``[C, C]``, start and end scores ``[C]``, with what is forbidden."""
        forbidden = self.forbidden
        return self.transitions + forbidden[:-2], self.start + forbidden[-2], self.end + forbidden[-1]

    def forward(self, emissions: Tensor, tags: Tensor, places: Places) -> Tensor:
        """The negative log likelihood of the tags ``[T]`` given emissions ``[T, C]``, mean over the tokens."""
        transitions, start, end = self.scores()
        members = places["members"]
        lengths = members.sum(1).long()
        first = members.argmax(1)[lengths > 0]
        following, total = places["following"], len(tags)
        has_next = following < total
        path = emissions.gather(1, tags[:, None]).sum()
        path = path + transitions[tags[has_next], tags[following[has_next]]].sum()
        path = path + start[tags[first]].sum() + end[tags[~has_next]].sum()
        partition = self._partition(emissions, first, lengths[lengths > 0], (transitions, start, end))
        return (partition - path) / max(1, total)

    def _partition(
        self, emissions: Tensor, first: Tensor, lengths: Tensor, scores: tuple[Tensor, Tensor, Tensor]
    ) -> Tensor:
        """The log of the summed exponentials of all sequences, summed over the messages (forward algorithm).

        Transitions are exponentiated once and applied as a matrix product, which is far cheaper than a log-sum-exp over
        ``[B, C, C]`` a step.
        """
        transitions, start, end = scores
        order = torch.argsort(lengths, descending=True, stable=True)
        first, lengths = first[order], lengths[order]
        live_at = (lengths[None, :] > torch.arange(int(lengths[0]), device=lengths.device)[:, None]).sum(1).tolist()
        moves = transitions.exp()  # (C, C)
        alpha = emissions[first] + start  # (B, C)
        ended: list[Tensor] = []
        for step in range(1, len(live_at)):
            live = live_at[step]
            if live < len(alpha):
                ended.append(alpha[live:])
                alpha = alpha[:live]
            peak = alpha.detach().amax(1, keepdim=True)
            alpha = ((alpha - peak).exp() @ moves + _TINY).log() + peak + emissions[first[:live] + step]
        ended.append(alpha)
        return torch.logsumexp(torch.cat(ended) + end, dim=1).sum()
