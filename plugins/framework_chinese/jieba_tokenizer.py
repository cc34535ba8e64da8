"""``JiebaTokenizer``: words of Chinese, which is written without spaces."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

import msgspec
from pydantic import Field
from typing_extensions import override

from framework.api import LoadContext, Tokenizer, TokenizerConfig, TokenSpan, TrainingData
from framework_chinese.dictionaries import Word, dictionary_files, make_segmenter, read_words

logger = logging.getLogger(__name__)

WORDS_FILE = "words.json"


class JiebaConfig(TokenizerConfig):
    """What all tokenizers can be told, and the bot's own words."""

    dictionary_path: str | None = Field(
        default=None, description="A folder of dictionaries with the bot's own words, or one dictionary."
    )


class JiebaTokenizer(Tokenizer[JiebaConfig]):
    """Takes the most probable split into words of Jieba's dictionary and the bot's, and guesses unknown words.

    The bot's words become part of the trained model. Blanks are no tokens; a message of nothing else is one token.
    """

    Config = JiebaConfig
    is_trainable: ClassVar[bool] = True
    is_finetunable: ClassVar[bool] = True
    reads: ClassVar[frozenset[str]] = frozenset()
    supported_languages: ClassVar[frozenset[str] | None] = frozenset({"zh"})

    def __init__(self, config: JiebaConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._set_words(())

    @classmethod
    @override
    def files(cls, config: JiebaConfig, bot_folder: Path) -> list[Path]:
        return dictionary_files(bot_folder / config.dictionary_path) if config.dictionary_path else []

    @override
    def train(self, data: TrainingData) -> None:
        files = self.files(self.config, self.context.bot_folder)
        if self.config.dictionary_path and not files:
            logger.warning("%s: there is no dictionary at %r", self.name, self.config.dictionary_path)
        self._set_words(read_words(files))

    @override
    def tokenize(self, text: str) -> list[TokenSpan]:
        found: list[TokenSpan] = [span for span in self._segmenter.tokenize(text) if not span[0].isspace()]
        return found or [(text, 0, len(text))]

    @override
    def save(self, directory: Path) -> None:
        (directory / WORDS_FILE).write_bytes(msgspec.json.encode(self._words))

    @classmethod
    @override
    def load(cls, config: JiebaConfig, directory: Path, context: LoadContext) -> Self:
        tokenizer = cls(config, context)
        tokenizer._set_words(msgspec.json.decode((directory / WORDS_FILE).read_bytes(), type=list[Word]))
        return tokenizer

    def _set_words(self, words: Sequence[Word]) -> None:
        self._words = words
        self._segmenter = make_segmenter(words)
