"""The components of a bot, configured: those its author named, or the defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from framework.bot.bot import Bot
from framework.bot.config import ComponentEntry
from framework.bot.defaults import DEFAULT_PIPELINE, DEFAULT_POLICIES
from framework.errors import Problem, Severity
from framework.model.config import ONLY_FOR, ConfiguredComponent, configure
from framework.model.metadata import StoredComponent, TrainingType
from framework.nlu.component import Component
from framework.registry import PIPELINE_KINDS, Kind, Registry

POLICY_KINDS: frozenset[Kind] = frozenset({"policy"})


@dataclass(frozen=True, slots=True)
class BotComponents:
    """The pipeline and the policies of a bot, as far as they could be configured, and what is wrong with the rest."""

    training_type: TrainingType
    pipeline: list[ConfiguredComponent] = field(default_factory=list)
    policies: list[ConfiguredComponent] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether every component could be configured."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)


def configure_bot(bot: Bot, registry: Registry, wanted: TrainingType) -> BotComponents:
    """Configures what a bot needs for the wanted type of model, or as much of that as it has data for."""
    training_type = trainable_type(bot, wanted)
    found = BotComponents(training_type)
    if training_type != "core":
        entries = _entries(bot.config.pipeline, DEFAULT_PIPELINE, PIPELINE_KINDS, registry, found.problems)
        components, problems = configure(entries, PIPELINE_KINDS, registry)
        found.pipeline.extend(components)
        found.problems.extend(problems)
    if training_type != "nlu":
        entries = _entries(bot.config.policies, DEFAULT_POLICIES, POLICY_KINDS, registry, found.problems)
        components, problems = configure(entries, POLICY_KINDS, registry)
        found.policies.extend(components)
        found.problems.extend(problems)
    found.problems.extend(_missing_packages([*found.pipeline, *found.policies]))
    return found


def trainable_type(bot: Bot, wanted: TrainingType) -> TrainingType:
    """``both`` narrowed to what there is data for: a bot without stories and rules has an NLU model only."""
    if wanted != "both":
        return wanted
    if not (bot.stories.stories or bot.stories.rules):
        return "nlu"
    return "both" if bot.nlu.examples else "core"


def stored_component(component: ConfiguredComponent) -> StoredComponent:
    """What a model says of a component."""
    config = component.config.model_dump(mode="json", by_alias=True)
    if component.only_for:
        config[ONLY_FOR] = component.only_for
    return StoredComponent(name=component.name, component=component.registered_name, config=config)


def _entries(
    written: Sequence[ComponentEntry] | None,
    defaults: Sequence[ComponentEntry],
    kinds: frozenset[Kind],
    registry: Registry,
    problems: list[Problem],
) -> list[ComponentEntry]:
    """The author's entries; where there are none, those of the defaults that are installed."""
    if written is not None:
        return list(written)
    available = [entry for entry in defaults if registry.find(entry.name, kinds)]
    left_out = [entry.name for entry in defaults if entry not in available]
    if left_out:
        problems.append(
            Problem(
                code="default-left-out",
                what=f"config.yml leaves the choice to the defaults; of these, {', '.join(left_out)} cannot be had",
                fix="nothing needs to be done; the others are used",
                severity=Severity.NOTE,
            )
        )
    return available


def _missing_packages(components: Sequence[ConfiguredComponent]) -> list[Problem]:
    problems = []
    for component in components:
        missing = component.spec.missing_packages() if component.spec else []
        if missing and component.spec and _uses_extra(component):
            problems.append(
                Problem(
                    code="missing-extra",
                    what=f"{component.name} needs {', '.join(missing)} for training",
                    where=component.where,
                    fix=component.spec.install_command,
                )
            )
    return problems


def _uses_extra(component: ConfiguredComponent) -> bool:
    return not issubclass(component.cls, Component) or component.cls.uses_extra(component.config)
