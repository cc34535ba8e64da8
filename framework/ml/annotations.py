"""The entities annotated in training examples, as one tag, role and group a token."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np

from framework.bot.nlu_data import EntityAnnotation
from framework.ml.labels import Labels
from framework.ml.tagging import Span, align
from framework.nlu.component import TrainingData
from framework.nlu.features import Ints
from framework.nlu.tokens import Tokens

logger = logging.getLogger(__name__)

NO_TAG = -1
"""The role of a token outside of entities."""


@dataclass(frozen=True, slots=True)
class TokenTags:
    """What the annotations say of every token of the training data, as numbers of :class:`Labels`."""

    tags: Ints  # [T]
    roles: Ints  # [T]
    groups: Ints  # [T]


def tag_tokens(data: TrainingData, labels: Labels) -> TokenTags:
    """Tags all tokens. Of overlapping annotations the first counts; of one that cuts words in two, the whole words."""
    tokens = tokens_of(data)
    spans: list[Span] = []
    roles, groups = np.full(len(tokens), NO_TAG), np.full(len(tokens), NO_TAG)
    misaligned: list[tuple[str, EntityAnnotation]] = []
    taken = np.zeros(len(tokens), dtype=bool)
    for message, example in enumerate(data.examples):
        for annotation in example.entities:
            span, exact = align(annotation, tokens, message)
            if not exact:
                misaligned.append((example.text, annotation))
            if span is None or annotation.entity not in labels.entities or taken[span.first : span.last + 1].any():
                continue
            taken[span.first : span.last + 1] = True
            spans.append(span)
            roles[span.first : span.last + 1] = labels.role_number(annotation.role)
            groups[span.first : span.last + 1] = labels.group_number(annotation.group)
    if misaligned:
        _warn(misaligned)
    return TokenTags(labels.scheme.encode(spans, len(tokens)), roles, groups)


def tokens_of(data: TrainingData) -> Tokens:
    """The tokens of the training messages, none if there is no tokenizer."""
    return data.batch.tokens or Tokens.from_spans([()] * len(data.batch))


def _warn(misaligned: list[tuple[str, EntityAnnotation]]) -> None:
    text, annotation = misaligned[0]
    logger.warning(
        "%d entity annotations do not begin and end where words do; only the words inside them are learned. "
        "The first is %r (%s) in %r.",
        len(misaligned),
        text[annotation.start : annotation.end],
        annotation.entity,
        text,
    )
