"""Finds installed plugins by their entry points and builds the registry from them."""

from __future__ import annotations

import os
from importlib.metadata import entry_points

from framework.errors import EnvironmentProblem, Problem
from framework.registry.registry import Registry

GROUP = "framework.plugins"
DISABLE_VARIABLE = "FRAMEWORK_DISABLE_PLUGINS"


def create_registry() -> Registry:
    """Builds a registry of all installed plugins, less those named in ``FRAMEWORK_DISABLE_PLUGINS`` (by commas).

    Raises:
        EnvironmentProblem: a plugin cannot be imported or registered; the message names it and its cause.
    """
    registry = Registry()
    disabled = {name.strip() for name in os.environ.get(DISABLE_VARIABLE, "").split(",")}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        if entry.name in disabled:
            continue
        try:
            plugin = entry.load()
        except Exception as error:
            raise EnvironmentProblem(
                Problem(
                    code="plugin-failed",
                    what=f"plugin {entry.name!r} ({entry.value}) failed to load: {type(error).__name__}: {error}",
                    fix=f"repair or remove it, or block it: {DISABLE_VARIABLE}={entry.name}",
                )
            ) from error
        registry.add_plugin(plugin, entry.name, entry.dist.name if entry.dist else entry.name)
    return registry
