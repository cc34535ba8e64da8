"""From what a network says of tokens to the entities of messages: numpy only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from framework.ml.labels import Labels
from framework.ml.tagging import Span, parts_between_commas
from framework.ml.viterbi import viterbi
from framework.nlu.batch import EntityResult
from framework.nlu.features import Floats, Ints
from framework.nlu.tokens import Tokens


@dataclass(frozen=True, slots=True)
class TokenTags:
    """What the entity heads of a network say of the tokens of some messages."""

    tags: Ints  # [T]
    confidences: Floats  # [T] of the entity label
    roles: Floats | None  # [T, roles + 1] log probabilities
    groups: Floats | None


def decode_tags(
    outputs: Mapping[str, Floats], offsets: Ints, crf: Mapping[str, npt.NDArray[Any]], labels: Labels
) -> TokenTags:
    """The best tags of messages whose tokens are at ``offsets``.

    Args:
        outputs: The logits ``tags [T, tags]``, and ``roles`` and ``groups`` where there are any.
        offsets: Where the tokens of each message begin, ``[B + 1]``.
        crf: The scores ``crf.transitions [C, C]``, ``crf.start [C]`` and ``crf.end [C]``.
        labels: What the tags stand for.
    """
    emissions = outputs["tags"]
    tags = viterbi(emissions, offsets, crf["crf.transitions"], crf["crf.start"], crf["crf.end"])
    per_label = labels.scheme.tags_per_label
    by_label = softmax(emissions)[:, 1:].reshape(len(tags), -1, per_label).sum(axis=2)
    confidences = by_label[np.arange(len(tags)), np.maximum(tags - 1, 0) // per_label]
    roles, groups = outputs.get("roles"), outputs.get("groups")
    return TokenTags(
        tags,
        confidences,
        np.log(softmax(roles)) if roles is not None else None,
        np.log(softmax(groups)) if groups is not None else None,
    )


@dataclass(frozen=True, slots=True)
class EntityReader:
    """Makes entities of tags, in the name of ``extractor``. ``splits_at_comma`` says which are cut at commas."""

    labels: Labels
    extractor: str
    splits_at_comma: Callable[[str], bool]

    def entities(self, found: TokenTags, first: int, tokens: Tokens, message: int, text: str) -> list[EntityResult]:
        """The entities of one message of a batch, whose tags begin at the place ``first`` of those found."""
        base, end = tokens.span_of(message)
        spans = self.labels.scheme.decode(found.tags[first : first + end - base], base)
        parts = [part for span in spans for part in self._parts(span, tokens, text)]
        return [self._entity(part, first - base, tokens, text, found) for part in parts]

    def _parts(self, span: Span, tokens: Tokens, text: str) -> list[Span]:
        return parts_between_commas(span, tokens, text) if self.splits_at_comma(span.label) else [span]

    def _entity(self, span: Span, shift: int, tokens: Tokens, text: str, found: TokenTags) -> EntityResult:
        places = slice(span.first + shift, span.last + 1 + shift)
        start, end = tokens.starts[span.first], tokens.ends[span.last]
        entity = EntityResult(
            entity=span.label,
            start=start,
            end=end,
            value=text[start:end],
            extractor=self.extractor,
            confidence=float(found.confidences[places].min()),
        )
        if found.roles is not None:
            entity.role, entity.role_confidence = _best(found.roles[places], self.labels.roles)
        if found.groups is not None:
            entity.group, entity.group_confidence = _best(found.groups[places], self.labels.groups)
        return entity


def softmax(logits: Floats) -> Floats:
    """Scores as shares, those of each row add up to 1."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = exponentials / exponentials.sum(axis=1, keepdims=True)
    return shares


def _best(scores: Floats, names: tuple[str, ...]) -> tuple[str | None, float | None]:
    """The name that the tokens of a span agree on, and its confidence; 0 stands for no name."""
    mean = scores.mean(axis=0)
    number = int(mean.argmax())
    if number == 0:
        return None, None
    return names[number - 1], float(np.exp(mean[number]))
