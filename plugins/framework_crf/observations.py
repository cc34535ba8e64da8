"""What a CRF sees of each token: attributes of the token and its neighbours, and numbers of dense features."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat

import numpy as np
import numpy.typing as npt

from framework.api import FeatureBlock, MessageBatch, SparseRows, Tokens
from framework_crf.config import CRFConfig, FeatureName

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

OF_TEXT: dict[str, Callable[[str], object]] = {
    "low": str.lower,
    "title": str.istitle,
    "upper": str.isupper,
    "digit": str.isdigit,
    "bias": lambda _: True,
    "prefix5": lambda text: text[:5],
    "prefix2": lambda text: text[:2],
    "suffix5": lambda text: text[-5:],
    "suffix3": lambda text: text[-3:],
    "suffix2": lambda text: text[-2:],
    "suffix1": lambda text: text[-1:],
}
OF_TAG: dict[str, Callable[[str], str]] = {"pos": lambda tag: tag, "pos2": lambda tag: tag[:2]}


@dataclass(frozen=True, slots=True)
class Observations:
    """What is seen of the tokens of a batch. An attribute is such as ``-1:low=to``, "the token before is *to*"."""

    attributes: list[list[str]]  # of each token
    dense: Floats | None  # [tokens, numbers of all places that want them]
    offsets: Ints  # [messages + 1]


def observe(batch: MessageBatch, tokens: Tokens, config: CRFConfig, entity_tags: Ints | None = None) -> Observations:
    """Looks at all tokens of a batch; also at the entity tags that they have, if given."""
    half = len(config.features) // 2
    window = {place - half: names for place, names in enumerate(config.features)}
    blocks = batch.features(config.featurizers)
    facts = _Facts(tokens, _patterns(blocks, len(tokens)), entity_tags)
    at = {place: facts.attributes(place, names) for place, names in window.items()}
    edge = {place: [f"{place}:{'BOS' if place < 0 else 'EOS'}"] for place in window}
    attributes = [
        [
            attribute
            for place in window
            for attribute in (at[place][token + place] if first <= token + place < last else edge[place])
        ]
        for first, last in pairwise(tokens.offsets.tolist())
        for token in range(first, last)
    ]
    wanted = [place for place, names in window.items() if "text_dense_features" in names]
    return Observations(attributes, _dense_window(blocks, wanted, tokens.offsets), tokens.offsets)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of each token by itself."""

    tokens: Tokens
    patterns: list[list[str]]
    entity_tags: Ints | None

    def attributes(self, place: int, names: Sequence[FeatureName]) -> list[list[str]]:
        """The attributes that each token lends to the token from which it stands at ``place``."""
        texts = list(zip(self.tokens.texts, self.tokens.tags or repeat(""), strict=False))
        of_text = {text: list(_of_text(place, names, *text)) for text in set(texts)}
        found = [of_text[text] for text in texts]
        if "pattern" in names:
            found = [
                [*known, *(f"{place}:pattern={name}" for name in matching)]
                for known, matching in zip(found, self.patterns, strict=True)
            ]
        if self.entity_tags is not None:
            tags = self.entity_tags.tolist()
            found = [[*known, f"{place}:entity={tag}"] for known, tag in zip(found, tags, strict=True)]
        return found


def _of_text(place: int, names: Sequence[FeatureName], text: str, tag: str) -> Iterator[str]:
    for name in names:
        value = OF_TEXT[name](text) if name in OF_TEXT else OF_TAG[name](tag) if name in OF_TAG else False
        if value is True:
            yield f"{place}:{name}"
        elif value:
            yield f"{place}:{name}={value}"


def _patterns(blocks: Sequence[FeatureBlock], tokens: int) -> list[list[str]]:
    """The names of the columns that each token has, of the blocks whose columns have names."""
    found: list[list[str]] = [[] for _ in range(tokens)]
    for block in blocks:
        if block.columns and isinstance(block.sequence, SparseRows):
            rows = block.sequence
            for token, column in zip(rows.row_of_entries().tolist(), rows.indices.tolist(), strict=True):
                found[token].append(block.columns[column])
    return found


def _dense_window(blocks: Sequence[FeatureBlock], places: Sequence[int], offsets: Ints) -> Floats | None:
    """The dense features of the token's neighbours side by side; zeros where there is no neighbour."""
    dense = [block.sequence for block in blocks if isinstance(block.sequence, np.ndarray)]
    if not dense or not places:
        return None
    own = np.concatenate(dense, axis=1)
    tokens = np.arange(len(own))
    message = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    views = []
    for place in places:
        inside = (tokens + place >= offsets[message]) & (tokens + place < offsets[message + 1])
        views.append(np.where(inside[:, None], own[np.clip(tokens + place, 0, len(own) - 1)], 0))
    return np.concatenate(views, axis=1, dtype=np.float32)
