"""Finds the examples that a model was trained on, if they can still be had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from framework.bot.bot import Bot
from framework.bot.nlu_data import Example, NLUData
from framework.model.archive import NLU_DATA, open_model
from framework.registry import Registry
from framework.training.components import configure_bot
from framework.training.fingerprints import DataFingerprints
from framework.training.graph import pipeline_nodes


def trained_examples(model: Path, bots: Iterable[Bot], registry: Registry) -> tuple[Example, ...] | None:
    """The examples in the model (``--persist-nlu-data``), or those of the first bot that the model was made of exactly.

    Other examples would make a false comparison: they may contain the test messages. None where neither is known.

    Raises:
        EnvironmentProblem: the model cannot be read.
    """
    with open_model(model) as opened:
        kept = opened.folder / NLU_DATA
        if kept.is_file():
            return msgspec.json.decode(kept.read_bytes(), type=NLUData).examples
        known = opened.metadata.fingerprints.components
    return next((bot.nlu.examples for bot in bots if _is_made_of(bot, registry, known)), None)


def _is_made_of(bot: Bot, registry: Registry, fingerprints: Mapping[str, str]) -> bool:
    components = configure_bot(bot, registry, "nlu")
    nodes = pipeline_nodes(bot, components.pipeline, DataFingerprints(bot))
    return bool(nodes) and all(fingerprints.get(node.name) == node.fingerprint for node in nodes)
