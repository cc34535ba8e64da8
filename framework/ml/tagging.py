"""Entities as one tag a token, and back (BILOU: Ratinov and Roth 2009)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from framework.bot.nlu_data import EntityAnnotation
from framework.nlu.tokens import Tokens

OUTSIDE = 0
_PREFIXES = "BILU"


class Span(NamedTuple):
    """An entity over the tokens ``first`` to ``last``, both included, counted in the whole batch."""

    label: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TagScheme:
    """The tags of some labels. Tag 0 is "no entity"; each label has four tags, or one without BILOU."""

    labels: tuple[str, ...]
    bilou: bool

    @property
    def size(self) -> int:
        """How many tags there are."""
        return 1 + len(self.labels) * self.tags_per_label

    @property
    def tags_per_label(self) -> int:
        """4 with BILOU, else 1."""
        return len(_PREFIXES) if self.bilou else 1

    def tags_of(self, label: str) -> tuple[int, int]:
        """First and one past the last tag of a label."""
        first = 1 + self.labels.index(label) * self.tags_per_label
        return first, first + self.tags_per_label

    def encode(self, spans: Sequence[Span], tokens: int) -> npt.NDArray[np.int64]:
        """The tags of that many tokens."""
        tags = np.zeros(tokens, dtype=np.int64)
        for label, first, last in spans:
            base, _ = self.tags_of(label)
            if not self.bilou:
                tags[first : last + 1] = base
            elif first == last:
                tags[first] = base + _PREFIXES.index("U")
            else:
                tags[first : last + 1] = base + _PREFIXES.index("I")
                tags[first] = base + _PREFIXES.index("B")
                tags[last] = base + _PREFIXES.index("L")
        return tags

    def decode(self, tags: npt.NDArray[np.int64], offset: int = 0) -> list[Span]:
        """The entities of one message's tags. ``offset`` is the place of its first token in the batch."""
        if not tags.any():
            return []
        spans: list[Span] = []
        first = 0
        for place, tag in enumerate(tags.tolist()):
            if tag == OUTSIDE:
                continue
            label, kind = divmod(tag - 1, self.tags_per_label)
            if self._begins(kind, tag, int(tags[place - 1]) if place else OUTSIDE):
                first = place
            if self._finishes(kind, tag, int(tags[place + 1]) if place + 1 < len(tags) else OUTSIDE):
                spans.append(Span(self.labels[label], offset + first, offset + place))
        return spans

    def _begins(self, kind: int, tag: int, before: int) -> bool:
        return _PREFIXES[kind] in "BU" if self.bilou else tag != before

    def _finishes(self, kind: int, tag: int, after: int) -> bool:
        return _PREFIXES[kind] in "LU" if self.bilou else tag != after

    def allowed(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """1 where a tag may follow another ``[C, C]``, may begin a message ``[C]``, may end one ``[C]``."""
        if not self.bilou:
            ones = np.ones(self.size, dtype=np.float32)
            return np.ones((self.size, self.size), dtype=np.float32), ones, ones
        kinds = np.array(["O", *(_PREFIXES * len(self.labels))])
        label_of = np.array([-1, *np.repeat(np.arange(len(self.labels)), len(_PREFIXES))])
        is_open, is_inner = np.isin(kinds, ["B", "I"]), np.isin(kinds, ["I", "L"])
        same = label_of[:, None] == label_of[None, :]
        follows = np.where(is_open[:, None], same & is_inner[None, :], ~is_inner[None, :])
        return follows.astype(np.float32), (~is_inner).astype(np.float32), (~is_open).astype(np.float32)


def align(annotation: EntityAnnotation, tokens: Tokens, message: int) -> tuple[Span | None, bool]:
    """The tokens that lie inside an annotated span, and whether they fill it exactly."""
    start, end = tokens.span_of(message)
    inside = [
        place
        for place in range(start, end)
        if annotation.start <= tokens.starts[place] and tokens.ends[place] <= annotation.end
    ]
    if not inside:
        return None, False
    exact = tokens.starts[inside[0]] == annotation.start and tokens.ends[inside[-1]] == annotation.end
    return Span(annotation.entity, inside[0], inside[-1]), exact


def parts_between_commas(span: Span, tokens: Tokens, text: str) -> list[Span]:
    """The parts of an entity in a message's text, cut where a comma stands between two of its words."""
    parts, first = [], span.first
    for place in range(span.first, span.last):
        if "," in text[tokens.ends[place] : tokens.starts[place + 1]]:
            parts.append(Span(span.label, first, place))
            first = place + 1
    return [*parts, Span(span.label, first, span.last)]
