"""Losses that more than one network uses."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from framework.ml.annotations import NO_TAG
from framework.ml.blocks import Places
from framework.ml.crf import CRF


def soft_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy with target distributions; both ``[B, C]``, mean over B."""
    return -(targets * functional.log_softmax(logits, dim=1)).sum(1).mean()


def smoothed(labels: Tensor, classes: int, smoothing: float) -> Tensor:
    """Target distributions ``[B, C]``: label smoothing (Szegedy et al. 2016). The label -1 means "any": uniform."""
    known = labels >= 0
    spread = torch.where(known, smoothing / classes, 1 / classes)
    targets = spread[:, None].repeat(1, classes)
    return targets.scatter_add(1, labels.clamp(min=0)[:, None], torch.where(known, 1 - smoothing, 0.0)[:, None])


def disagreement(one: Tensor, other: Tensor) -> Tensor:
    """How far two classifiers are apart: the mean of both Kullback-Leibler divergences; logits ``[B, C]``, mean over B.

    Classifiers that learn side by side, each from the other's doubts, generalise better than alone (Zhang et al. 2018,
    *Deep Mutual Learning*, arXiv 1706.00384).
    """
    p, q = functional.log_softmax(one, dim=1), functional.log_softmax(other, dim=1)
    return ((p.exp() - q.exp()) * (p - q)).sum(1).mean() / 2


def masked_token_loss(hidden: Tensor, candidates: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy of finding the masked tokens' own embeddings among those of the batch.

    Args:
        hidden: What the network makes of the masked places, ``[N, D]``.
        candidates: Embeddings of the different tokens of the batch, ``[M, D]``.
        wanted: The number of each masked token among the candidates, ``[N]``.
    """
    scores = functional.normalize(hidden, dim=1) @ functional.normalize(candidates, dim=1).T
    return functional.cross_entropy(10 * scores, wanted)


def entity_loss(
    crf: CRF, logits: Mapping[str, Tensor], wanted: Mapping[str, Tensor], places: Places
) -> tuple[Tensor, tuple[float, int]]:
    """The loss of tagging entities, and how likely the right tags were: a sum, and over how many tokens.

    Args:
        crf: Of the tags.
        logits: ``tags [T, tags]``, and ``roles`` and ``groups`` where there are any.
        wanted: The right numbers of all three, ``[T]``; roles and groups of tokens outside of entities do not count.
        places: Where the tokens lie.
    """
    loss: Tensor = crf(logits["tags"], wanted["tags"], places)
    tokens = len(wanted["tags"])
    likelihood = tokens * math.exp(-float(loss.detach())), tokens
    for name in ("roles", "groups"):
        if name in logits and (wanted[name] >= 0).any():
            loss = loss + functional.cross_entropy(logits[name], wanted[name], ignore_index=NO_TAG)
    return loss, likelihood
