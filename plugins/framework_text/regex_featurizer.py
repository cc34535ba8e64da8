"""``RegexFeaturizer``: tells which regular expressions and lookup tables match, token by token."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

from pydantic import Field
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
from framework_text.patterns import (
    Pattern,
    PatternsConfig,
    collect_patterns,
    compile_finders,
    in_earlier_places,
    load_patterns,
    save_patterns,
)


class RegexFeaturizerConfig(PatternsConfig, FeaturizerConfig):
    """Which patterns become features."""

    case_sensitive: bool = Field(default=True, description="Whether upper and lower case differ in patterns.")


class RegexFeaturizer(Featurizer[RegexFeaturizerConfig]):
    """A column for each pattern: 1 for every token it touches, and for the message if it touches a token."""

    Config = RegexFeaturizerConfig
    is_trainable: ClassVar[bool] = True
    is_finetunable: ClassVar[bool] = True
    reads: ClassVar[frozenset[str]] = frozenset({"regexes", "lookups"})

    def __init__(self, config: RegexFeaturizerConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._set_patterns(())

    @override
    def train(self, data: TrainingData) -> None:
        self._set_patterns(collect_patterns(data, self.config))

    @override
    def finetune(self, data: TrainingData, earlier: EarlierTraining) -> None:
        """Leaves each pattern its column; of one that is gone the column stays and is never used."""
        self._set_patterns(in_earlier_places(collect_patterns(data, self.config), load_patterns(earlier.folder)))

    @override
    def process(self, batch: MessageBatch) -> None:
        if batch.tokens is None:
            return
        names = tuple(pattern.name for pattern in self._patterns)
        batch.blocks.append(FeatureBlock(self.origin, *self._matches(batch.texts, batch.tokens), names))

    def _matches(self, texts: list[str], tokens: Tokens) -> tuple[SparseRows, SparseRows]:
        """Which patterns match each token, and each message."""
        if not self._finders:
            return SparseRows.empty(len(tokens)), SparseRows.empty(len(texts))
        rows: list[list[int]] = [[] for _ in tokens.texts]
        messages: list[Sequence[int]] = []
        for index, text in enumerate(texts):
            first, last = tokens.span_of(index)
            starts, ends = tokens.starts[first:last], tokens.ends[first:last]
            for column, find in enumerate(self._finders):
                touched = {
                    token
                    for start, end in find(text)
                    for token in range(bisect_right(ends, start), bisect_left(starts, end))
                }
                for token in touched:
                    rows[first + token].append(column)
            messages.append(sorted({column for row in rows[first:last] for column in row}))
        width = len(self._finders)
        return SparseRows.of_ones(rows, width), SparseRows.of_ones(messages, width)

    @override
    def save(self, directory: Path) -> None:
        save_patterns(self._patterns, directory)

    @classmethod
    @override
    def load(cls, config: RegexFeaturizerConfig, directory: Path, context: LoadContext) -> Self:
        featurizer = cls(config, context)
        featurizer._set_patterns(load_patterns(directory))
        return featurizer

    def _set_patterns(self, patterns: tuple[Pattern, ...]) -> None:
        self._patterns = patterns
        self._finders = compile_finders(patterns, self.config, case_sensitive=self.config.case_sensitive)
