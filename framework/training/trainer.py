"""A training run: check everything, train what changed, write the model."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

import framework
from framework.bot.bot import Bot
from framework.errors import BotError, EnvironmentProblem, Problem
from framework.model.archive import NLU_DATA, read_metadata, write_model
from framework.model.metadata import Metadata, TrainingType
from framework.model.names import find_latest_model, fixed_model_name, new_model_name
from framework.registry import Registry
from framework.training.cache import TrainingCache
from framework.training.components import configure_bot, stored_component
from framework.training.earlier_model import earlier_trainings, find_earlier_model
from framework.training.finetuning import FinetuningPlan, plan_finetuning
from framework.training.fingerprints import DataFingerprints, model_fingerprints
from framework.training.fitting import Workshop
from framework.training.graph import Node, pipeline_nodes, policy_nodes
from framework.training.options import TrainingOptions
from framework.training.progress import Progress
from framework.training.stages import train_pipeline, train_policies
from framework.training.validation import basic_problems, errors_among, validate


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do. ``stale`` are the names of the components that have to be trained.

    ``metadata`` is that of the model to be made; ``same_model`` is a model that was made of exactly this before.
    ``finetuning`` says which of them go on from an earlier model, if any shall.
    """

    pipeline: list[Node]
    policies: list[Node]
    stale: frozenset[str]
    metadata: Metadata
    same_model: Path | None
    finetuning: FinetuningPlan | None = None

    @property
    def nodes(self) -> list[Node]:
        """All components, the pipeline's first."""
        return [*self.pipeline, *self.policies]

    @property
    def trainable(self) -> tuple[str, ...]:
        """Names of the components that learn something."""
        return tuple(node.name for node in self.nodes if node.is_trainable)

    @property
    def notes(self) -> list[Problem]:
        """What cannot go on from an earlier model, and why."""
        return self.finetuning.notes if self.finetuning is not None else []

    @property
    def finetuned(self) -> tuple[str, ...]:
        """Names of the components that are to go on from an earlier model."""
        return tuple(name for name in self.trainable if self.finetuning and name in self.finetuning.finetuned)


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a run did. ``is_new`` is False where ``model`` had been made of exactly this bot before.

    ``trained`` and ``reused`` name the components that learn: now, and in an earlier run. ``finetuned`` are those
    among the former that went on from an earlier model.
    """

    model: Path
    is_new: bool
    trained: tuple[str, ...]
    reused: tuple[str, ...]
    finetuned: tuple[str, ...] = ()


class Trainer:
    """Trains one bot. Made for one run: read the bot again for the next."""

    def __init__(self, bot: Bot, registry: Registry, options: TrainingOptions, progress: Progress) -> None:
        self.bot = bot
        self.registry = registry
        self.options = options
        self.progress = progress
        self.cache = TrainingCache.of_bot(bot.paths.folder)
        self.components = configure_bot(bot, registry, options.training_type)

    def check(self) -> list[Problem]:
        """Everything that is wrong or noteworthy about the bot.

        Raises:
            BotError: the bot cannot be trained as it is.
            EnvironmentProblem: a package that its components need is not installed.
        """
        problems = self._find_problems()
        error = errors_among(problems, fail_on_warnings=self.options.fail_on_warnings)
        if error is not None:
            raise error
        _require_data(self.bot, self.components.training_type)
        return problems

    def plan(self) -> Plan:
        """Finds out what has changed since the cached components and the last model were made.

        Raises:
            EnvironmentProblem: there is no model to go on from.
            BotError: the bot does not fit the model that it is to go on from.
        """
        data = DataFingerprints(self.bot)
        pipeline = pipeline_nodes(self.bot, self.components.pipeline, data)
        policies = policy_nodes(self.bot, self.components.policies, pipeline, data, self.options.augmentation)
        nodes = [*pipeline, *policies]
        finetuning = self._plan_finetuning(nodes)
        nodes = finetuning.nodes if finetuning is not None else nodes
        metadata = self._metadata(nodes, data, finetuning.bases if finetuning is not None else {})
        return Plan(
            nodes[: len(pipeline)],
            nodes[len(pipeline) :],
            self._stale(nodes, kept=finetuning.kept if finetuning is not None else frozenset()),
            metadata,
            None if self.options.force else self._same_model(metadata),
            finetuning,
        )

    def run(self, plan: Plan) -> TrainingResult:
        """Trains what is stale and writes the model, unless one of exactly this bot is there already.

        Raises:
            BotError: the stories contradict each other in a way that only training shows.
            EnvironmentProblem: a component failed, or the model cannot be written.
        """
        if plan.same_model is not None:
            return TrainingResult(plan.same_model, False, (), plan.trainable)
        self.registry.hook.training_started(bot_folder=self.bot.paths.folder)
        with earlier_trainings(plan.finetuning, self.cache) as earlier:
            workshop = Workshop(self.bot, self.cache, self.progress, earlier)
            train_pipeline(self.bot, plan.pipeline, plan.stale, workshop)
            augmentation = self.options.augmentation
            train_policies(self.bot, plan.policies, plan.pipeline, plan.stale, workshop, augmentation=augmentation)
        model = self._write(plan)
        self.registry.hook.training_finished(bot_folder=self.bot.paths.folder, model=model)
        trained = tuple(name for name in plan.trainable if name in plan.stale)
        reused = tuple(name for name in plan.trainable if name not in plan.stale)
        finetuned = tuple(name for name in plan.finetuned if name in plan.stale)
        return TrainingResult(model, True, trained, reused, finetuned)

    def _plan_finetuning(self, nodes: Sequence[Node]) -> FinetuningPlan | None:
        if self.options.finetune is None:
            return None
        fraction = self.options.epoch_fraction
        model = find_earlier_model(self.options.finetune, self.bot, self.components, fraction)
        return plan_finetuning(nodes, model, force=self.options.force)

    def _find_problems(self) -> list[Problem]:
        if self.options.skip_validation:
            return basic_problems(self.bot, self.components)
        with self.progress.step("Checking the bot", "Checked the bot"):
            wanted, max_history = self.options.training_type, self.options.max_history
            return validate(self.bot, self.components, wanted=wanted, max_history=max_history)

    def _stale(self, nodes: Sequence[Node], *, kept: Collection[str]) -> frozenset[str]:
        return frozenset(
            node.name
            for node in nodes
            if node.is_trainable
            and node.name not in kept
            and (self.options.force or self.cache.find(node.fingerprint) is None)
        )

    def _metadata(self, nodes: Sequence[Node], data: DataFingerprints, bases: Mapping[str, str]) -> Metadata:
        pipeline = tuple(map(stored_component, self.components.pipeline))
        policies = tuple(map(stored_component, self.components.policies))
        config = self.bot.config
        return Metadata(
            framework_version=framework.__version__,
            model_id=uuid.uuid4().hex,
            assistant_id=config.assistant_id,
            trained_at=time.time(),
            language=config.language,
            training_type=self.components.training_type,
            pipeline=pipeline,
            policies=policies,
            fingerprints=model_fingerprints(
                self.bot,
                data,
                {node.name: node.fingerprint for node in nodes},
                bases,
                [pipeline, policies, self.components.training_type, self.options.persist_nlu_data],
            ),
        )

    def _same_model(self, metadata: Metadata) -> Path | None:
        found = self._model_to_compare()
        if found is None:
            return None
        try:
            known = read_metadata(found)
        except EnvironmentProblem:  # an unreadable model is no reason not to make a good one
            return None
        return found if known.fingerprints.model == metadata.fingerprints.model else None

    def _model_to_compare(self) -> Path | None:
        models = self.options.models
        if self.options.fixed_model_name:
            fixed = models / fixed_model_name(self.options.fixed_model_name)
            return fixed if fixed.is_file() else None
        training_type = self.components.training_type
        return find_latest_model(models, "" if training_type == "both" else f"{training_type}-")

    def _write(self, plan: Plan) -> Path:
        fixed = self.options.fixed_model_name
        name = fixed_model_name(fixed) if fixed else new_model_name(plan.metadata.training_type)
        path = self.options.models / name
        saved = {node.name: self.cache.folder / node.fingerprint for node in plan.nodes if node.is_trainable}
        extra = {NLU_DATA: msgspec.json.encode(self.bot.nlu)} if self.options.persist_nlu_data else {}
        with self.progress.step("Writing the model", "Wrote the model"):
            write_model(path, plan.metadata, self.bot.domain, saved, extra)
        self.cache.shrink(keep={node.fingerprint for node in plan.nodes})
        return path


def _require_data(bot: Bot, training_type: TrainingType) -> None:
    has_nlu = bot.nlu.examples or bot.nlu.regexes or bot.nlu.lookups
    has_dialogue = bot.stories.stories or bot.stories.rules
    if has_dialogue if training_type == "core" else has_nlu:
        return
    missing = "stories or rules" if training_type == "core" else "examples"
    raise BotError(
        Problem(
            code="nothing-to-train",
            what=f"there is nothing to train: no {missing} were found in {', '.join(map(str, bot.paths.data))}",
            fix="run this in a bot's folder, or say where its data is",
        )
    )
