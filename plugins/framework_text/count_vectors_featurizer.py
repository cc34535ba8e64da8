"""``CountVectorsFeaturizer``: a bag of words, or of character n-grams, for every token and every message."""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator, model_validator
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
from framework_text.ngrams import BoundedCharNgrams, CharNgrams, NgramAnalyzer, WordNgrams
from framework_text.token_memory import remember_tokens

logger = logging.getLogger(__name__)

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=1)]
Columns = npt.NDArray[np.int64]

NUMBER = re.compile(r"\b[0-9]+\b")
NUMBER_TOKEN = "__NUMBER__"
VOCABULARY_FILE = "vocabulary.json"


class CountVectorsConfig(FeaturizerConfig):
    """What is counted, and which n-grams are kept."""

    analyzer: Literal["word", "char", "char_wb"] = Field(
        default="word", description="Count words, characters, or characters inside word boundaries (`char_wb`)."
    )
    min_ngram: Count = Field(default=1, description="Least number of words or characters in an n-gram.")
    max_ngram: Count = Field(default=1, description="Greatest number of words or characters in an n-gram.")
    lowercase: bool = Field(default=True, description="Fold upper case to lower case first.")
    strip_accents: Literal["ascii", "unicode"] | None = Field(
        default=None, description="Remove accents: `unicode` of any letter, `ascii` also drops what has no ASCII form."
    )
    stop_words: Literal["english"] | tuple[str, ...] | None = Field(
        default=None, description="Words that are not counted: a list, or `english`. For words only."
    )
    token_pattern: str = Field(
        default=r"(?u)\b\w+\b", description="Regular expression of what is a word inside a token. For words only."
    )
    min_df: Count | Share = Field(
        default=1, description="Drop n-grams in fewer messages than this: a number, or as a float a share of all."
    )
    max_df: Count | Share = Field(
        default=1.0, description="Drop n-grams in more messages than this: a number, or as a float a share of all."
    )
    max_features: Count | None = Field(default=None, description="Keep only so many n-grams, the most frequent.")
    OOV_token: str | None = Field(
        default=None, description="The word that stands for all words not seen in training. For words only."
    )
    OOV_words: tuple[str, ...] = Field(
        default=(), description="Words of the training data to be treated as `OOV_token`. For words only."
    )
    use_lemma: bool = Field(default=True, description="Count lemmas instead of words, if the tokenizer knows them.")
    use_shared_vocab: bool = Field(
        default=False, description="Take the texts of retrieval intents' responses into the vocabulary too."
    )

    @field_validator("token_pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        if groups > 1:
            raise ValueError("at most one group is allowed; write the others as (?:...)")
        return pattern

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.min_ngram > self.max_ngram:
            raise ValueError(f"min_ngram ({self.min_ngram}) is greater than max_ngram ({self.max_ngram})")
        return self


class CountVectorsFeaturizer(Featurizer[CountVectorsConfig]):
    """Counts the n-grams of each token (sequence features) and of each message (sentence features)."""

    Config = CountVectorsConfig
    is_trainable: ClassVar[bool] = True
    is_finetunable: ClassVar[bool] = True

    def __init__(self, config: CountVectorsConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._stop_words: tuple[str, ...] = ()
        self._set_vocabulary([])

    @classmethod
    @override
    def inputs(cls, config: CountVectorsConfig) -> frozenset[str]:
        return cls.reads | {"responses"} if config.use_shared_vocab else cls.reads

    @override
    def train(self, data: TrainingData) -> None:
        self._learn(data, [])

    @override
    def finetune(self, data: TrainingData, earlier: EarlierTraining) -> None:
        """Appends new n-grams to those of the earlier training, which all stay, as far as ``max_features`` allows."""
        learned = json.loads((earlier.folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
        self._learn(data, learned["ngrams"])

    def _learn(self, data: TrainingData, known: list[str]) -> None:
        self._stop_words = _stop_words(self.config.stop_words)
        oov_words = {self._fold(word) for word in self.config.OOV_words}
        oov_token = self._fold(self.config.OOV_token) if self.config.OOV_token else None
        analyzer = self._analyzer(lambda word: oov_token if oov_token and word in oov_words else word)
        messages = [[self._normalise(word) for word in words] for words in self._messages(data)]
        new = set(self._select(messages, analyzer)).difference(known)
        self._set_vocabulary([*known, *sorted(new)][: self.config.max_features])
        if oov_token and self.config.analyzer == "word" and oov_token not in self._columns:
            logger.warning(
                "%s: no training example has OOV_token %r, or one of OOV_words; unknown words will be ignored",
                self.name,
                self.config.OOV_token,
            )

    @override
    def process(self, batch: MessageBatch) -> None:
        if batch.tokens is None:
            return
        offsets, width = batch.tokens.offsets, len(self._columns)
        sequence: SparseRows
        if len(batch.tokens) > FEW_TOKENS:
            sequence = KeyedRows.of_each(self._repeats(batch.tokens), self._token_columns, width)
        else:
            sequence = SparseRows.of_ones([*map(self._token_columns, self._words(batch))], width)
        if self._ngrams.is_additive:
            sentence = sequence.merge(offsets)
        else:
            words = self._words(batch)
            bounds = pairwise(offsets.tolist())
            sentence = SparseRows.of_ones([self._message_columns(words[first:last]) for first, last in bounds], width)
        batch.blocks.append(FeatureBlock(self.origin, sequence, sentence))

    @override
    def save(self, directory: Path) -> None:
        learned = {"ngrams": list(self._columns), "stop_words": self._stop_words}
        (directory / VOCABULARY_FILE).write_text(json.dumps(learned, ensure_ascii=False), encoding="utf-8")

    @classmethod
    @override
    def load(cls, config: CountVectorsConfig, directory: Path, context: LoadContext) -> Self:
        learned = json.loads((directory / VOCABULARY_FILE).read_text(encoding="utf-8"))
        featurizer = cls(config, context)
        featurizer._stop_words = tuple(learned["stop_words"])
        featurizer._set_vocabulary(learned["ngrams"])
        return featurizer

    def _set_vocabulary(self, ngrams: Iterable[str]) -> None:
        self._columns = {ngram: column for column, ngram in enumerate(ngrams)}
        self._ngrams = self._analyzer(self._known_word())
        self._token_columns = remember_tokens(self._find_token_columns)

    def _known_word(self) -> Callable[[str], str]:
        """What maps words that training has not seen to ``OOV_token``."""
        if self.config.OOV_token is None or self.config.analyzer != "word":
            return str
        oov_token = self._fold(self.config.OOV_token)
        known = {word for ngram in self._columns for word in ngram.split(" ")}
        return lambda word: word if word in known else oov_token

    def _analyzer(self, canonical: Callable[[str], str]) -> NgramAnalyzer:
        least, most = self.config.min_ngram, self.config.max_ngram
        match self.config.analyzer:
            case "word":
                return WordNgrams(
                    least,
                    most,
                    token_pattern=self.config.token_pattern,
                    stop_words=self._stop_words,
                    canonical=canonical,
                )
            case "char":
                return CharNgrams(least, most)
            case "char_wb":
                return BoundedCharNgrams(least, most)

    def _find_token_columns(self, word: str) -> Columns:
        return self._columns_of(self._ngrams.of_token(self._normalise(word)))

    def _columns_of(self, ngrams: list[str]) -> Columns:
        found = map(self._columns.get, ngrams)
        return np.array([column for column in found if column is not None], dtype=np.int64)

    def _message_columns(self, words: list[str]) -> Columns:
        return self._columns_of(self._ngrams.of_message([self._normalise(word) for word in words]))

    def _words(self, batch: MessageBatch) -> list[str]:
        tokens = batch.tokens
        if tokens is None:
            return []
        return tokens.lemmas if self.config.use_lemma and tokens.lemmas is not None else tokens.texts

    def _repeats(self, tokens: Tokens) -> Repeats[str]:
        return Repeats.of(tokens.lemmas) if self.config.use_lemma and tokens.lemmas is not None else tokens.words

    def _messages(self, data: TrainingData) -> Iterator[list[str]]:
        words = self._words(data.batch)
        offsets = data.batch.tokens.offsets.tolist() if data.batch.tokens is not None else []
        for first, last in pairwise(offsets):
            yield words[first:last]
        if self.config.use_shared_vocab:
            for variations in data.nlu.responses.values():
                yield from (variation.text.split() for variation in variations if variation.text)

    def _normalise(self, word: str) -> str:
        return NUMBER.sub(NUMBER_TOKEN, self._fold(word))

    def _fold(self, word: str) -> str:
        if self.config.lowercase:
            word = word.lower()
        return _strip_accents(word, self.config.strip_accents) if self.config.strip_accents else word

    def _select(self, messages: list[list[str]], analyzer: NgramAnalyzer) -> list[str]:
        """The n-grams to count, in alphabetical order."""
        config = self.config
        least, most = _times(config.min_df, len(messages)), _times(config.max_df, len(messages))
        if least <= 1 and most >= len(messages) and config.max_features is None:
            if analyzer.is_additive:
                messages = [list({word for message in messages for word in message})]
            return sorted({ngram for message in messages for ngram in analyzer.of_message(message)})
        in_messages: Counter[str] = Counter()
        in_all: Counter[str] = Counter()
        for message in messages:
            ngrams = analyzer.of_message(message)
            in_all.update(ngrams)
            in_messages.update(set(ngrams))
        kept = sorted(ngram for ngram, count in in_messages.items() if least <= count <= most)
        if config.max_features is not None:
            kept = sorted(sorted(kept, key=in_all.__getitem__, reverse=True)[: config.max_features])
        return kept


def _times(limit: float, messages: int) -> float:
    """A limit on document frequency as a number of messages; a float is a share of them."""
    return limit * messages if isinstance(limit, float) else limit


def _strip_accents(word: str, how: Literal["ascii", "unicode"]) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    if how == "ascii":
        return decomposed.encode("ascii", "ignore").decode("ascii")
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _stop_words(wanted: Literal["english"] | tuple[str, ...] | None) -> tuple[str, ...]:
    if wanted == "english":
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        return tuple(sorted(ENGLISH_STOP_WORDS))
    return tuple(sorted(wanted or ()))
