"""The model that a training is to go on from: finds it, checks that the bot's config still fits it, and opens it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import framework
from framework.bot.bot import Bot
from framework.errors import BotError, EnvironmentProblem, Problem
from framework.model.archive import open_model, read_metadata
from framework.model.config import ConfiguredComponent
from framework.model.metadata import Metadata, StoredComponent, TrainingType
from framework.model.names import models_newest_first
from framework.nlu.component import EarlierTraining
from framework.nlu.pipeline import FEATURIZING_KINDS
from framework.training.cache import TrainingCache
from framework.training.components import BotComponents, stored_component
from framework.training.finetuning import EarlierModel, FinetuningPlan

_MAY_DIFFER = frozenset({"epochs"})
_OTHERWISE = "or train without --finetune"


def find_earlier_model(place: Path, bot: Bot, components: BotComponents, epoch_fraction: float) -> EarlierModel:
    """The model at ``place``, or the latest in that folder that has what is to be trained.

    Raises:
        EnvironmentProblem: there is no such model, or it cannot be read.
        BotError: the bot's language or config, or the framework's version, does not fit it.
    """
    path, metadata = _find(place, components.training_type)
    problems = [*_unlike(path, metadata, bot), *_config_problems(path, metadata, components)]
    if problems:
        raise BotError(problems)
    return EarlierModel(path, metadata.fingerprints, epoch_fraction)


@contextmanager
def earlier_trainings(plan: FinetuningPlan | None, cache: TrainingCache) -> Iterator[dict[str, EarlierTraining]]:
    """What the components that go on from before saved then, by name, for as long as the ``with`` block runs.

    What is kept from the earlier model is put into the cache.
    """
    if plan is None:
        yield {}
        return
    with open_model(plan.model.path) as model:
        for node in plan.nodes:
            if node.name in plan.kept and cache.find(node.fingerprint) is None:
                cache.add(node.fingerprint, partial(_copy, model.component_folder(node.name)))
        fraction = plan.model.epoch_fraction
        yield {name: EarlierTraining(model.component_folder(name), fraction) for name in plan.finetuned}


def _copy(folder: Path, target: Path) -> None:
    shutil.copytree(folder, target, dirs_exist_ok=True)


def _find(place: Path, wanted: TrainingType) -> tuple[Path, Metadata]:
    if not place.is_dir():
        return place, read_metadata(place)
    for path in models_newest_first(place):
        metadata = read_metadata(path)
        if metadata.training_type in (wanted, "both"):
            return path, metadata
    half = "" if wanted == "both" else f" {wanted}"
    what = f"there is no{half} model in {place} to go on from"
    raise EnvironmentProblem(Problem(code="model-not-found", what=what, fix="train without --finetune first"))


def _unlike(path: Path, metadata: Metadata, bot: Bot) -> Iterator[Problem]:
    if metadata.framework_version != framework.__version__:
        what = f"{path} was trained by framework {metadata.framework_version}, and this is {framework.__version__}"
        yield Problem(code="cannot-finetune", what=what, fix="train without --finetune")
    if metadata.language != bot.config.language:
        what = f"{path} is for the language {metadata.language!r}, and the bot is for {bot.config.language!r}"
        yield Problem(code="cannot-finetune", what=what, fix=f"put it back, {_OTHERWISE}")


def _config_problems(path: Path, metadata: Metadata, components: BotComponents) -> Iterator[Problem]:
    """The keys that changed of components that go on from before, or whose features these go by."""
    earlier = {component.name: component for component in (*metadata.pipeline, *metadata.policies)}
    featurizing = [component for component in components.pipeline if component.cls.kind in FEATURIZING_KINDS]
    for component in (*components.pipeline, *components.policies):
        if component.name in earlier and (component.cls.is_finetunable or component in featurizing):
            yield from _key_problems(path, earlier[component.name], component)


def _key_problems(path: Path, earlier: StoredComponent, component: ConfiguredComponent) -> Iterator[Problem]:
    before, now = earlier.config, stored_component(component).config
    for key in sorted((before.keys() | now.keys()) - _MAY_DIFFER):
        if before.get(key) != now.get(key):
            yield Problem(
                code="cannot-finetune",
                what=f"{key} of {component.name} is {_shown(now, key)}, and was {_shown(before, key)} in {path}",
                where=component.where,
                fix=f"put it back, {_OTHERWISE}",
            )


def _shown(config: Mapping[str, Any], key: str) -> str:
    return "unset" if config.get(key) is None else repr(config[key])
