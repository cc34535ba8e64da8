"""The graph of a training run: which components there are, what each depends on, and the hash of all that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from framework.bot.bot import Bot
from framework.model.config import ConfiguredComponent
from framework.nlu.pipeline import FEATURIZING_KINDS
from framework.training.fingerprints import DataFingerprints, code_fingerprint, file_fingerprint, fingerprint

Stage = Literal["pipeline", "policies"]


@dataclass(frozen=True, slots=True)
class Node:
    """One component of a training run. ``upstream`` are the nodes whose features it trains on."""

    name: str
    stage: Stage
    component: ConfiguredComponent
    fingerprint: str
    upstream: tuple[str, ...] = ()

    @property
    def is_trainable(self) -> bool:
        """Whether training makes something that has to be kept."""
        return self.stage == "policies" or bool(self.component.cls.is_trainable)

    @property
    def is_featurizing(self) -> bool:
        """Whether later components train on what this one adds to the batch."""
        return self.stage == "pipeline" and self.component.cls.kind in FEATURIZING_KINDS


def pipeline_nodes(bot: Bot, components: Sequence[ConfiguredComponent], data: DataFingerprints) -> list[Node]:
    """The nodes of the NLU pipeline.

    Each depends on its part of the data and, if it requires tokens or features, on what makes them before it.
    """
    nodes: list[Node] = []
    for component in components:
        kinds = _kinds_read(component)
        before = [node for node in nodes if node.component.cls.kind in kinds]
        made_of: list[object] = [_identity(component), bot.config.language, [node.fingerprint for node in before]]
        if component.cls.is_trainable:
            parts = sorted(component.cls.inputs(component.config))
            made_of += [data.labels(), *((part, data.nlu(part)) for part in parts)]
            made_of += map(file_fingerprint, component.cls.files(component.config, bot.paths.folder))
        nodes.append(
            Node(component.name, "pipeline", component, fingerprint(made_of), tuple(node.name for node in before))
        )
    return nodes


def policy_nodes(
    bot: Bot,
    components: Sequence[ConfiguredComponent],
    pipeline: Sequence[Node],
    data: DataFingerprints,
    augmentation: int,
) -> list[Node]:
    """The nodes of the policies.

    Each depends on the domain, on the stories and rules if it reads them, and on the featurizers of the pipeline if
    it reads texts and the stories have any.
    """
    featurizing = [node for node in pipeline if node.is_featurizing] if bot.stories.has_texts else []
    nodes: list[Node] = []
    for component in components:
        upstream = featurizing if component.cls.reads_texts else []
        made_of = [
            _identity(component),
            bot.config.language,
            data.dialogue_domain(),
            data.stories() if component.cls.reads_stories else None,
            data.rules() if component.cls.reads_rules else None,
            augmentation,
            [node.fingerprint for node in upstream],
        ]
        upstream_names = tuple(node.name for node in upstream)
        nodes.append(Node(component.name, "policies", component, fingerprint(made_of), upstream_names))
    return nodes


def _kinds_read(component: ConfiguredComponent) -> frozenset[str]:
    """The kinds of components whose work shows in the batch that a component trains on."""
    required = component.cls.requires
    if "featurizer" in required or component.cls.reads_features:
        return FEATURIZING_KINDS
    return FEATURIZING_KINDS - {"featurizer"} if "tokenizer" in required else frozenset()


def _identity(component: ConfiguredComponent) -> list[object]:
    config = component.config.model_dump(mode="json")
    return [component.name, component.registered_name, config, *code_fingerprint(component)]
