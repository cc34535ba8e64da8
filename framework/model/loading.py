"""From a model archive to an :class:`~framework.dialogue.assistant.Assistant` that is ready to answer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from framework.bot.config import ComponentEntry
from framework.dialogue.assistant import Assistant
from framework.dialogue.ensemble import Ensemble
from framework.errors import EnvironmentProblem, FrameworkError, Problem
from framework.model.archive import UnpackedModel, open_model
from framework.model.config import ConfiguredComponent, configure
from framework.model.metadata import StoredComponent
from framework.model.names import latest_model
from framework.nlu.component import LoadContext
from framework.nlu.pipeline import Pipeline
from framework.registry import PIPELINE_KINDS, Kind, Registry

__all__ = ["latest_model", "load_assistant", "load_component"]


def load_assistant(path: Path, registry: Registry) -> Assistant:
    """Loads a model archive. Nothing of the archive is needed afterwards.

    Raises:
        EnvironmentProblem: the archive cannot be used, or a component of it is not installed.
    """
    with open_model(path) as model:
        metadata = model.metadata
        pipeline = Pipeline(_load_all(model, metadata.pipeline, PIPELINE_KINDS, registry))
        policies = _load_all(model, metadata.policies, ("policy",), registry)
        for policy in policies:
            policy.featurize = pipeline.featurize
        return Assistant(
            domain=model.domain,
            pipeline=None if metadata.training_type == "core" else pipeline,
            ensemble=None if metadata.training_type == "nlu" else Ensemble(policies),
            language=metadata.language,
            model_id=metadata.model_id,
            assistant_id=metadata.assistant_id,
            model_file=path.name,
        )


def load_component(component: ConfiguredComponent, folder: Path, context: LoadContext) -> Any:
    """Makes a ready component of what it saved in ``folder``.

    Raises:
        EnvironmentProblem: what is in the folder is not what the component saves.
    """
    try:
        return component.cls.load(component.config, folder, context)
    except FrameworkError:
        raise
    except Exception as error:
        raise EnvironmentProblem(
            Problem(
                code="model-archive",
                what=f"component {component.name!r} cannot be loaded: {type(error).__name__}: {error}",
                fix="train the bot again: framework train --force; --debug shows where it failed",
            )
        ) from error


def _load_all(
    model: UnpackedModel, stored: Iterable[StoredComponent], kinds: Iterable[Kind], registry: Registry
) -> list[Any]:
    entries = [ComponentEntry(name=item.component, options=item.config) for item in stored]
    components, problems = configure(entries, kinds, registry)
    if problems:
        raise EnvironmentProblem(problems)
    loaded = []
    for component in components:
        context = LoadContext(
            name=component.name,
            language=model.metadata.language,
            responses=model.domain.responses,
            only_for=component.only_for,
        )
        loaded.append(load_component(component, model.component_folder(component.name), context))
    return loaded
