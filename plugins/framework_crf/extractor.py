"""``CRFEntityExtractor``: entities by conditional random fields, one for what they are, others for role and group."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from framework.api import EntityExtractor, EntityResult, Kind, LoadContext, MessageBatch, Tokens, TrainingData
from framework.ml.annotations import tag_tokens, tokens_of
from framework.ml.labels import Labels
from framework.ml.tagging import Span, parts_between_commas
from framework_crf.chain import LinearChain
from framework_crf.config import CRFConfig
from framework_crf.observations import observe

logger = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
Limits = tuple[Floats, Floats, Floats]

MODEL_FILE = "model.json"
ENTITIES, ROLES, GROUPS = "entities", "roles", "groups"


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned: a chain for entities, and others for roles and groups where there are any."""

    labels: Labels
    chains: dict[str, LinearChain]


class CRFEntityExtractor(EntityExtractor[CRFConfig]):
    """Tags tokens by what they and their neighbours look like. Chains for roles and groups see the entities found."""

    Config = CRFConfig
    is_trainable: ClassVar[bool] = True
    requires: ClassVar[tuple[Kind, ...]] = ("tokenizer",)
    reads_features: ClassVar[bool] = True

    def __init__(self, config: CRFConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._model: Model | None = None

    @override
    def train(self, data: TrainingData) -> None:
        from framework_crf.training import train_chain

        labels = Labels.of(data, intents=False, entities=True, bilou=self.config.BILOU_flag)
        known, tokens = tag_tokens(data, labels), tokens_of(data)
        if not known.tags.any():
            logger.warning("%s: no example has an entity annotated; it will find none", self.name)
            return
        seen = observe(data.batch, tokens, self.config)
        chains = {ENTITIES: train_chain(self.name, seen, known.tags, labels.scheme.allowed(), self.config)}
        for name, names, tags in ((ROLES, labels.roles, known.roles), (GROUPS, labels.groups, known.groups)):
            if names:
                seen = observe(data.batch, tokens, self.config, known.tags)
                limits = _all_allowed(len(names) + 1)
                chains[name] = train_chain(f"{self.name}, {name}", seen, np.maximum(tags, 0), limits, self.config)
        self._model = Model(labels, chains)

    @override
    def process(self, batch: MessageBatch) -> None:
        model, tokens = self._model, batch.tokens
        if model is None or tokens is None:
            return
        chain = model.chains[ENTITIES]
        emissions = chain.emissions(observe(batch, tokens, self.config))
        tags = chain.best(emissions, tokens.offsets)
        if not tags.any():
            return
        scores = {ENTITIES: emissions}
        if len(model.chains) > 1:
            seen = observe(batch, tokens, self.config, tags)
            scores |= {name: other.emissions(seen) for name, other in model.chains.items() if name != ENTITIES}
        for message, text in enumerate(batch.texts):
            first, last = tokens.span_of(message)
            spans = model.labels.scheme.decode(tags[first:last], first)
            if spans:
                found = _Found.of(model, {name: rows[first:last] for name, rows in scores.items()}, first)
                parts = [part for span in spans for part in self._split(span, tokens, text)]
                batch.entities[message].extend(found.entity(part, tokens, text) for part in parts)

    def _split(self, span: Span, tokens: Tokens, text: str) -> list[Span]:
        return parts_between_commas(span, tokens, text) if self.config.splits_at_comma(span.label) else [span]

    @override
    def save(self, directory: Path) -> None:
        model = self._model
        description = {"labels": model.labels.to_json(), "chains": list(model.chains)} if model else {}
        (directory / MODEL_FILE).write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
        for name, chain in model.chains.items() if model else ():
            chain.save(directory, name)

    @classmethod
    @override
    def load(cls, config: CRFConfig, directory: Path, context: LoadContext) -> Self:
        extractor = cls(config, context)
        description = json.loads((directory / MODEL_FILE).read_text(encoding="utf-8"))
        if description:
            chains = {name: LinearChain.load(directory, name) for name in description["chains"]}
            extractor._model = Model(Labels.from_json(description["labels"]), chains)
        return extractor


@dataclass(frozen=True, slots=True)
class _Found:
    """What the chains say of the tokens of one message, of which the first has the number ``first`` in the batch."""

    labels: Labels
    probabilities: dict[str, Floats]  # [n, C] by chain
    first: int

    @classmethod
    def of(cls, model: Model, scores: dict[str, Floats], first: int) -> Self:
        return cls(model.labels, {name: model.chains[name].probabilities(rows) for name, rows in scores.items()}, first)

    def entity(self, span: Span, tokens: Tokens, text: str) -> EntityResult:
        """The entity of a span; as sure as of the least sure of its tokens."""
        start, end = tokens.starts[span.first], tokens.ends[span.last]
        places = slice(span.first - self.first, span.last + 1 - self.first)
        tags = slice(*self.labels.scheme.tags_of(span.label))
        confidence = self.probabilities[ENTITIES][places, tags].sum(axis=1).min()
        role, role_confidence = self._best(ROLES, self.labels.roles, places)
        group, group_confidence = self._best(GROUPS, self.labels.groups, places)
        return EntityResult(
            entity=span.label,
            start=start,
            end=end,
            value=text[start:end],
            extractor=CRFEntityExtractor.__name__,
            confidence=float(min(confidence, 1.0)),
            role=role,
            role_confidence=role_confidence,
            group=group,
            group_confidence=group_confidence,
        )

    def _best(self, chain: str, names: tuple[str, ...], places: slice) -> tuple[str | None, float | None]:
        """The name that fits the tokens of a span best, and its probability; number 0 is "none"."""
        if chain not in self.probabilities:
            return None, None
        mean = self.probabilities[chain][places].mean(axis=0)
        number = int(mean.argmax())
        return (names[number - 1], float(mean[number])) if number else (None, None)


def _all_allowed(size: int) -> Limits:
    return np.ones((size, size), np.float32), np.ones(size, np.float32), np.ones(size, np.float32)
