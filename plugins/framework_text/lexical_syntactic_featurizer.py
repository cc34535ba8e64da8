"""``LexicalSyntacticFeaturizer``: what a token and its neighbours look like."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise, repeat
from pathlib import Path
from typing import ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator
from typing_extensions import override

from framework.api import (
    EarlierTraining,
    FeatureBlock,
    Featurizer,
    FeaturizerConfig,
    LoadContext,
    MessageBatch,
    SparseRows,
    Tokens,
    TrainingData,
)
from framework_text.token_memory import remember_tokens

FeatureName = Literal[
    "BOS", "EOS", "low", "upper", "title", "digit", "prefix5", "prefix2",
    "suffix5", "suffix3", "suffix2", "suffix1", "pos", "pos2",
]  # fmt: skip

OF_TEXT: dict[str, Callable[[str], object]] = {
    "low": str.islower,
    "upper": str.isupper,
    "title": str.istitle,
    "digit": str.isdigit,
    "prefix5": lambda text: text[:5],
    "prefix2": lambda text: text[:2],
    "suffix5": lambda text: text[-5:],
    "suffix3": lambda text: text[-3:],
    "suffix2": lambda text: text[-2:],
    "suffix1": lambda text: text[-1:],
}
OF_TAG: dict[str, Callable[[str | None], object]] = {"pos": lambda tag: tag, "pos2": lambda tag: tag and tag[:2]}
OF_PLACE = ("BOS", "EOS")

FEATURES_FILE = "features.json"
REMEMBERED_WINDOWS = 20_000

Columns = npt.NDArray[np.int64]
TokenColumns = tuple[tuple[int, ...], ...]
"""For each place in the window, the columns of a token that stands there."""

Observation = tuple[int, str, str]
"""Place in the window, feature and value: ``(0, "prefix2", "un")`` is "the token before begins with un"."""


class LexicalSyntacticConfig(FeaturizerConfig):
    """Which features of which neighbours."""

    features: tuple[tuple[FeatureName, ...], ...] = Field(
        default=(
            ("low", "title", "upper"),
            ("BOS", "EOS", "low", "upper", "title", "digit"),
            ("low", "title", "upper"),
        ),
        min_length=1,
        description="A window of an odd number of lists: features of the tokens before, of the token, of those after.",
    )

    @field_validator("features")
    @classmethod
    def _has_a_middle(cls, features: tuple[tuple[FeatureName, ...], ...]) -> tuple[tuple[FeatureName, ...], ...]:
        if len(features) % 2 == 0:
            raise ValueError(f"needs an odd number of lists, so that one is the token's own; has {len(features)}")
        return features


class LexicalSyntacticFeaturizer(Featurizer[LexicalSyntacticConfig]):
    """A column for each observation made in training; only sequence features. ``pos`` needs a tagging tokenizer."""

    Config = LexicalSyntacticConfig
    is_trainable: ClassVar[bool] = True
    is_finetunable: ClassVar[bool] = True

    def __init__(self, config: LexicalSyntacticConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._set_columns([])

    @override
    def train(self, data: TrainingData) -> None:
        seen: set[Observation] = set()
        places = range(len(self.config.features))
        tokens = data.batch.tokens
        words = set(_tagged(tokens)) if tokens is not None else set()
        for place in places:
            for text, tag in words:
                seen.update(self._observations(place, text, tag))
            seen.update((place, name, str(value)) for name in self._place_features[place] for value in (True, False))
        self._set_columns(sorted(seen))

    @override
    def finetune(self, data: TrainingData, earlier: EarlierTraining) -> None:
        """Appends new observations to those of the earlier training, which all stay."""
        self.train(data)
        known = _saved_observations(earlier.folder)
        self._set_columns([*known, *sorted(self._columns.keys() - known)])

    @override
    def process(self, batch: MessageBatch) -> None:
        tokens = batch.tokens
        if tokens is None:
            return
        columns = [self._token_columns(text, tag) for text, tag in _tagged(tokens)]
        rows = [
            row for first, last in pairwise(tokens.offsets.tolist()) for row in self._message_rows(columns[first:last])
        ]
        batch.blocks.append(FeatureBlock(self.origin, SparseRows.of_ones(rows, len(self._columns)), None))

    @override
    def save(self, directory: Path) -> None:
        (directory / FEATURES_FILE).write_text(json.dumps(list(self._columns), ensure_ascii=False), encoding="utf-8")

    @classmethod
    @override
    def load(cls, config: LexicalSyntacticConfig, directory: Path, context: LoadContext) -> Self:
        featurizer = cls(config, context)
        featurizer._set_columns(_saved_observations(directory))
        return featurizer

    def _set_columns(self, observations: list[Observation]) -> None:
        self._columns = {observation: column for column, observation in enumerate(observations)}
        self._place_features = [[name for name in names if name in OF_PLACE] for names in self.config.features]
        self._token_columns = remember_tokens(self._find_token_columns)
        self._window_row = lru_cache(REMEMBERED_WINDOWS)(self._find_window_row)

    def _observations(self, place: int, text: str, tag: str | None) -> Iterator[Observation]:
        for name in self.config.features[place]:
            if name in OF_TEXT:
                yield place, name, str(OF_TEXT[name](text))
            elif name in OF_TAG:
                yield place, name, str(OF_TAG[name](tag))

    def _find_token_columns(self, text: str, tag: str | None) -> TokenColumns:
        """For each place in the window, the columns of a token that stands there."""
        find = self._columns.get
        found = (map(find, self._observations(place, text, tag)) for place in range(len(self.config.features)))
        return tuple(tuple(column for column in columns if column is not None) for columns in found)

    def _message_rows(self, columns: list[TokenColumns]) -> Iterator[Columns]:
        """One row for each token of a message."""
        half, size = len(self.config.features) // 2, len(columns)
        outside: list[tuple[int, ...]] = [()] * half
        padded = ([*outside, *(of_token[place] for of_token in columns), *outside] for place in range(2 * half + 1))
        lanes = [lane[place : place + size] for place, lane in enumerate(padded)]
        for index, window in enumerate(zip(*lanes, strict=True)):
            yield self._window_row(window, min(index, half + 1), min(size - 1 - index, half + 1))

    def _find_window_row(self, window: TokenColumns, before: int, behind: int) -> Columns:
        """The columns of the token in the middle of a window, with so many tokens before and behind it."""
        row: list[int] = []
        half = len(window) // 2
        for place, names in enumerate(self._place_features):
            shift = place - half
            if -before <= shift <= behind:
                row += window[place]
                row += self._place_columns(place, names, is_first=before == -shift, is_last=behind == shift)
        return np.array(row, dtype=np.int64)

    def _place_columns(self, place: int, names: list[FeatureName], *, is_first: bool, is_last: bool) -> Iterator[int]:
        for name in names:
            column = self._columns.get((place, name, str(is_first if name == "BOS" else is_last)))
            if column is not None:
                yield column


def _saved_observations(directory: Path) -> list[Observation]:
    observations = json.loads((directory / FEATURES_FILE).read_text(encoding="utf-8"))
    return [(place, name, value) for place, name, value in observations]


def _tagged(tokens: Tokens) -> Iterator[tuple[str, str | None]]:
    tags: Iterable[str | None] = repeat(None) if tokens.tags is None else tokens.tags
    return zip(tokens.texts, tags)  # noqa: B905 - the tags may be endless
