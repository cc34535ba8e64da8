"""``LexicalSyntacticFeaturizer``: what a token and its neighbours look like."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from typing import ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator
from typing_extensions import override

from framework.api import (
    FEW_TOKENS,
    EarlierTraining,
    FeatureBlock,
    Featurizer,
    FeaturizerConfig,
    KeyedRows,
    LoadContext,
    MessageBatch,
    Repeats,
    SparseRows,
    Tokens,
    TrainingData,
)
from framework_text.token_windows import REMEMBERED_WINDOWS, Look, Row, Tagged, TokenWindows

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
    _windows: TokenWindows

    def __init__(self, config: LexicalSyntacticConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._set_columns([])

    @override
    def train(self, data: TrainingData) -> None:
        seen: set[Observation] = set()
        places = range(len(self.config.features))
        tokens = data.batch.tokens
        words = _tagged(tokens).keys if tokens is not None else ()
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
        batch.blocks.append(FeatureBlock(self.origin, self._rows(tokens), None))

    def _rows(self, tokens: Tokens) -> SparseRows:
        width = len(self._columns)
        if self._windows.is_full:
            self._windows = self._new_windows()
        if len(tokens) > FEW_TOKENS:
            return KeyedRows.of_each(self._windows.repeats(_tagged(tokens), tokens.offsets), _as_columns, width)
        tags = tokens.tags or repeat(None)
        rows = self._windows.rows(zip(tokens.texts, tags), tokens.offsets)  # noqa: B905 - the tags may be endless
        return SparseRows.of_ones([*map(_as_columns, rows)], width)

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
        self._windows = self._new_windows()

    def _new_windows(self) -> TokenWindows:
        return TokenWindows(len(self.config.features), self._look, self._row)

    def _observations(self, place: int, text: str, tag: str | None) -> Iterator[Observation]:
        for name in self.config.features[place]:
            if name in OF_TEXT:
                yield place, name, str(OF_TEXT[name](text))
            elif name in OF_TAG:
                yield place, name, str(OF_TAG[name](tag))

    def _look(self, text: str, tag: str | None) -> Look:
        """For each place in the window, the columns of a token that stands there."""
        find = self._columns.get
        found = (map(find, self._observations(place, text, tag)) for place in range(len(self.config.features)))
        return tuple(tuple(column for column in columns if column is not None) for columns in found)

    def _row(self, window: list[Look], before: int, behind: int) -> Row:
        """The columns of the token in the middle of a window, with so many tokens before and behind it."""
        row: list[int] = []
        half = len(window) // 2
        for place, names in enumerate(self._place_features):
            shift = place - half
            if -before <= shift <= behind:
                row += window[place][place]
                row += self._place_columns(place, names, is_first=before == -shift, is_last=behind == shift)
        return tuple(row)

    def _place_columns(self, place: int, names: list[FeatureName], *, is_first: bool, is_last: bool) -> Iterator[int]:
        for name in names:
            column = self._columns.get((place, name, str(is_first if name == "BOS" else is_last)))
            if column is not None:
                yield column


@lru_cache(REMEMBERED_WINDOWS)
def _as_columns(row: Row) -> npt.NDArray[np.int64]:
    return np.array(row, np.int64)


def _saved_observations(directory: Path) -> list[Observation]:
    observations = json.loads((directory / FEATURES_FILE).read_text(encoding="utf-8"))
    return [(place, name, value) for place, name, value in observations]


def _tagged(tokens: Tokens) -> Repeats[Tagged]:
    """The tokens with their tags; none have tags where the tokenizer knows none."""
    if tokens.tags is None:
        return Repeats([(text, None) for text in tokens.words.keys], tokens.words.numbers)
    return Repeats.of(list(zip(tokens.texts, tokens.tags, strict=True)))
