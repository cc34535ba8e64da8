"""The trained model at work: numpy and a runner of the exported network, no torch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from framework.api import FeatureBlock, MessageBatch, SparseRows
from framework.ml.embedding import MessageEmbedding, TokenEmbedding
from framework.ml.entity_decoding import TokenTags, decode_tags, softmax
from framework.ml.features import PartReader
from framework.ml.labels import Labels
from framework.ml.packing import chunks, pack, take
from framework.ml.runtime import Runner
from framework.ml.token_pairs import TokenPairs
from framework.ml.weights import Arrays

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


MOST_TOKENS = 8192
"""Tokens whose features are worked out at once, to bound memory."""
CACHED_TOKENS = 1024
"""Tokens that the network is asked about at once: what it works with stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the network says of some messages of a batch."""

    messages: Ints  # [B] their numbers in the batch
    offsets: Ints  # [B + 1] of their tokens
    intents: Floats | None  # [B, intents] probabilities
    entities: TokenTags | None


@dataclass(slots=True)
class Predictor:
    """Reads features, reduces them to dense rows, runs the network and decodes tags.

    ``tables`` has ``tokens [V, token_size]``, ``sentence [V, sentence_size + intents]`` and, with entities, the scores
    of the CRF. ``sizes`` are the widths of the first two.
    """

    labels: Labels
    pairs: TokenPairs | None
    token_reader: PartReader
    sentence_reader: PartReader
    tables: Arrays
    sizes: tuple[int, int]
    runner: Runner
    _tokens: TokenEmbedding = field(init=False, repr=False)
    _messages: MessageEmbedding = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._tokens = TokenEmbedding(self.token_reader, self.tables["tokens"])
        self._messages = MessageEmbedding(self.sentence_reader, self.tables["sentence"])

    def judge(self, batch: MessageBatch) -> list[Judgement]:
        """Judges the messages that are not blank, in groups of bounded size."""
        tokens = batch.tokens
        if tokens is None:
            return []
        if self.pairs is not None:
            batch = self.pairs.beside(batch)
        lengths = np.diff(tokens.offsets)
        filled = np.flatnonzero(lengths * [bool(text.strip()) for text in batch.texts])
        if len(filled) == 0:
            return []
        if len(filled) == len(batch) and len(tokens) <= MOST_TOKENS:
            return [self._judge(batch, filled, tokens.offsets)]
        groups = chunks(lengths[filled], MOST_TOKENS)
        return [self._judge_part(batch, filled[group], tokens.offsets) for group in groups]

    def _judge_part(self, batch: MessageBatch, messages: Ints, all_offsets: Ints) -> Judgement:
        places, offsets = take(all_offsets, messages)
        blocks = [
            FeatureBlock(block.origin, _rows(block.sequence, places), _rows(block.sentence, messages))
            for block in batch.blocks
        ]
        part = MessageBatch(texts=[batch.texts[message] for message in messages], blocks=blocks)
        return self._judge(part, messages, offsets)

    def _judge(self, batch: MessageBatch, messages: Ints, offsets: Ints) -> Judgement:
        outputs = self._outputs(self._token_inputs(batch, int(offsets[-1])), self._message_inputs(batch), offsets)
        intents = softmax(outputs["intents"]) if "intents" in outputs else None
        entities = decode_tags(outputs, offsets, self.tables, self.labels) if "tags" in outputs else None
        return Judgement(messages, offsets, intents, entities)

    def _outputs(self, tokens: TokenInputs, of_messages: Arrays, offsets: Ints) -> Arrays:
        """What the network says, asked about so many tokens at a time as stay in the processor's cache."""
        if offsets[-1] <= CACHED_TOKENS:
            return self.runner.run({**pack(offsets).inputs(), **tokens.inputs(), **of_messages})
        outputs: Arrays = {}
        for group in chunks(np.diff(offsets), CACHED_TOKENS):
            places, group_offsets = take(offsets, group)
            inputs = {**pack(group_offsets).inputs(), **tokens.at(places).inputs()}
            inputs |= {name: rows[group] for name, rows in of_messages.items()}
            for name, rows in self.runner.run(inputs).items():
                wanted, size = (group, len(offsets) - 1) if name == "intents" else (places, int(offsets[-1]))
                outputs.setdefault(name, np.empty((size, rows.shape[1]), np.float32))[wanted] = rows
        return outputs

    def _token_inputs(self, batch: MessageBatch, tokens: int) -> TokenInputs:
        rows, types = self._tokens.types(batch, tokens)
        dense = self.token_reader.dense_rows(batch)
        if dense is None and len(rows) < tokens and "token_types" in self.runner.inputs:
            return TokenInputs(rows, types, None)
        return TokenInputs(rows[types], None, dense)

    def _message_inputs(self, batch: MessageBatch) -> Arrays:
        reduced = self._messages.rows(batch)
        inputs: Arrays = {"sentence": reduced[:, : self.sizes[1]], "scores": reduced[:, self.sizes[1] :]}
        dense = self.sentence_reader.dense_rows(batch)
        return inputs if dense is None else {**inputs, "sentence_dense": dense}


@dataclass(frozen=True, slots=True)
class TokenInputs:
    """What the network is told of tokens: the rows of the different ones, and which each is; or the row of each."""

    rows: Floats  # [U, token_size]
    types: Ints | None  # [T]
    dense: Floats | None  # [T, dim], only beside the row of each

    def inputs(self) -> Arrays:
        """By the names of the network's inputs, of which some networks have only ``tokens``."""
        inputs: Arrays = {"tokens": self.rows, "token_types": self.rows}
        if self.types is not None:
            inputs["types"] = self.types
        if self.dense is not None:
            inputs["token_dense"] = self.dense
        return inputs

    def at(self, places: Ints) -> TokenInputs:
        """The tokens at some places."""
        if self.types is None:
            return TokenInputs(self.rows[places], None, None if self.dense is None else self.dense[places])
        types = self.types[places]
        is_there = np.zeros(len(self.rows), np.bool_)
        is_there[types] = True
        return TokenInputs(self.rows[is_there], (is_there.cumsum() - 1)[types], None)


def _rows(rows: SparseRows | Floats | None, wanted: Ints) -> SparseRows | Floats | None:
    if rows is None:
        return None
    return rows.rows(wanted) if isinstance(rows, SparseRows) else rows[wanted]
