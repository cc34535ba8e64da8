"""The trained model at work: numpy and a runner of the exported network, no torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framework.api import FeatureBlock, MessageBatch, SparseRows
from framework.ml.entity_decoding import TokenTags, decode_tags, softmax
from framework.ml.features import PartReader
from framework.ml.labels import Labels
from framework.ml.packing import chunks, pack, take
from framework.ml.rows import distinct, times
from framework.ml.runtime import Runner
from framework.ml.token_pairs import TokenPairs
from framework.ml.weights import Arrays

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


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
        if len(filled) == len(batch) == 1:
            return [self._judge(batch, filled, tokens.offsets)]
        return [self._judge_part(batch, filled[group], tokens.offsets) for group in chunks(lengths[filled])]

    def _judge_part(self, batch: MessageBatch, messages: Ints, all_offsets: Ints) -> Judgement:
        places, offsets = take(all_offsets, messages)
        blocks = [
            FeatureBlock(block.origin, _rows(block.sequence, places), _rows(block.sentence, messages))
            for block in batch.blocks
        ]
        part = MessageBatch(texts=[batch.texts[message] for message in messages], blocks=blocks)
        return self._judge(part, messages, offsets)

    def _judge(self, batch: MessageBatch, messages: Ints, offsets: Ints) -> Judgement:
        outputs = self.runner.run({**self._features(batch, int(offsets[-1])), **pack(offsets).inputs()})
        intents = softmax(outputs["intents"]) if "intents" in outputs else None
        entities = decode_tags(outputs, offsets, self.tables, self.labels) if "tags" in outputs else None
        return Judgement(messages, offsets, intents, entities)

    def _features(self, batch: MessageBatch, tokens: int) -> Arrays:
        sentence_size = self.sizes[1]
        token_features, sentence = self.token_reader.read(batch), self.sentence_reader.read(batch)
        inputs: Arrays = {"tokens": self._embed_tokens(token_features.sparse, tokens)}
        if sentence.sparse is not None:
            reduced = times(sentence.sparse, self.tables["sentence"])
        else:
            reduced = np.zeros((len(batch), sentence_size + len(self.labels.intents)), np.float32)
        inputs["sentence"], inputs["scores"] = reduced[:, :sentence_size], reduced[:, sentence_size:]
        if token_features.dense is not None:
            inputs["token_dense"] = token_features.dense
        if sentence.dense is not None:
            inputs["sentence_dense"] = sentence.dense
        return inputs

    def _embed_tokens(self, rows: SparseRows | None, tokens: int) -> Floats:
        if rows is None:
            return np.zeros((tokens, self.sizes[0]), np.float32)
        table = self.tables["tokens"]
        if tokens < 64:
            return times(rows, table)
        different, type_of = distinct(rows)
        embedded: Floats = times(different, table)[type_of]
        return embedded


def _rows(rows: SparseRows | Floats | None, wanted: Ints) -> SparseRows | Floats | None:
    if rows is None:
        return None
    return rows.rows(wanted) if isinstance(rows, SparseRows) else rows[wanted]
