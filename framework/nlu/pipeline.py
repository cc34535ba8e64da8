"""``Pipeline``: the trained components of a bot's NLU, in the order of its config."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from framework.nlu.batch import MessageBatch
from framework.nlu.component import Component
from framework.nlu.gate import process_gated
from framework.nlu.parse import ParseData, to_parse_data

FEATURIZING_KINDS = frozenset({"nlu", "tokenizer", "featurizer"})
"""The kinds that turn a text into features; ``nlu`` because language models stand before tokenizers."""


class Pipeline:
    """Sends messages through trained components. May be empty, or lack a tokenizer or a classifier."""

    def __init__(self, components: Sequence[Component[Any]]) -> None:
        self.components = tuple(components)
        self._featurizing = tuple(component for component in components if component.kind in FEATURIZING_KINDS)

    def process(self, texts: Sequence[str]) -> MessageBatch:
        """Everything that the components find out about the texts."""
        return _run(self.components, texts)

    def featurize(self, texts: Sequence[str]) -> MessageBatch:
        """Tokens and features of the texts, without intents and entities: for responses and action texts."""
        return _run(self._featurizing, texts)

    def parse(self, texts: Sequence[str]) -> list[ParseData]:
        """The parse output of each text, as ``/model/parse`` answers it."""
        return to_parse_data(self.process(texts))


def _run(components: Iterable[Component[Any]], texts: Sequence[str]) -> MessageBatch:
    batch = MessageBatch.of(texts)
    for component in components:
        try:
            if component.context.only_for:
                process_gated(component, batch)
            else:
                component.process(batch)
        except Exception as error:
            error.add_note(f"in the pipeline component {component.name!r}")
            raise
    return batch
