"""What a spaCy model makes of a batch: worked out once, when the first component asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from spacy.language import Language
from spacy.tokens import Doc

from framework.api import BotError, MessageBatch, Problem

NAMES = ("ner", "entity_linker")
RULERS = frozenset({"entity_ruler", "span_ruler"})
GRAMMAR = ("tagger", "morphologizer", "senter", "attribute_ruler", "lemmatizer", "trainable_lemmatizer")


class SpacyReading:
    """A batch as spaCy's documents, one for each message. Attached to the batch by SpacyNLP.

    Messages are read in lower case unless ``case_sensitive``, except where names are looked for: without capitals
    hardly any are found.
    """

    def __init__(self, nlp: Language, texts: Iterable[str], *, case_sensitive: bool) -> None:
        self._nlp = nlp
        self._texts = [text[: nlp.max_length] for text in texts]
        self._case_sensitive = case_sensitive

    @classmethod
    def of(cls, batch: MessageBatch, reader: str) -> SpacyReading:
        """The reading of a batch, for the component ``reader``.

        Raises:
            BotError: no SpacyNLP stands before the component.
        """
        reading = batch.attachment(cls)
        if reading is None:
            raise BotError(
                Problem(
                    code="pipeline-order",
                    what=f"{reader} needs SpacyNLP before it in the pipeline",
                    fix="put '- name: SpacyNLP' with a 'model' first",
                )
            )
        return reading

    @cached_property
    def docs(self) -> list[Doc]:
        """Tokens with lemmas, tags and vectors."""
        texts = self._texts if self._case_sensitive else map(lower, self._texts)
        return list(self._nlp.pipe(texts, disable=NAMES))

    @cached_property
    def docs_with_names(self) -> list[Doc]:
        """Messages as they were written, with the names in them. A model's rules may need its grammar to find some."""
        unused = () if RULERS & set(self._nlp.pipe_names) else GRAMMAR
        return list(self._nlp.pipe(self._texts, disable=unused))

    @cached_property
    def width(self) -> int:
        """Numbers in a word vector, or in what stands for one in models without; 0 if there is neither."""
        if self._nlp.vocab.vectors_length:
            return self._nlp.vocab.vectors_length
        tensor = self._nlp("word").tensor
        return int(tensor.shape[1]) if tensor.ndim == 2 else 0


def lower(text: str) -> str:
    """The text in lower case, with every character in its place, even those that have no single lower-case one."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)
