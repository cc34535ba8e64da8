"""The catalogue of components: which plugin provides what, imported when first asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pluggy

from framework.errors import BotError, EnvironmentProblem, Location, Problem, one_of
from framework.registry import hookspecs
from framework.registry.bot_modules import import_dotted
from framework.registry.extras import missing_packages
from framework.registry.provides import KINDS, Kind, Provides
from framework.registry.unavailable import advice_for

OWN_DISTRIBUTION = "framework-dialogue"


@dataclass(frozen=True, slots=True)
class ComponentSpec:
    """A component that some plugin provides, not yet imported."""

    provides: Provides
    plugin: str
    distribution: str = OWN_DISTRIBUTION

    @property
    def name(self) -> str:
        """The name under which configs know the component."""
        return self.provides.name

    @property
    def install_command(self) -> str | None:
        """What installs the component's extra; None where it has none."""
        extra = self.provides.extra
        return f"pip install '{self.distribution}[{extra}]'" if extra else None

    def missing_packages(self) -> list[str]:
        """Packages of the component's extra that are not installed."""
        return missing_packages(self.distribution, self.provides.extra) if self.provides.extra else []


class Registry:
    """Finds components by kind and name, and calls the life-cycle hooks of all plugins."""

    def __init__(self) -> None:
        self.plugins = pluggy.PluginManager(hookspecs.PROJECT)
        self.plugins.add_hookspecs(hookspecs)
        self._specs: dict[tuple[Kind, str], ComponentSpec] = {}

    @property
    def hook(self) -> Any:
        """The life-cycle hooks; calling one calls every plugin that implements it."""
        return self.plugins.hook

    def add_plugin(self, plugin: object, name: str, distribution: str = OWN_DISTRIBUTION) -> None:
        """Registers a plugin and what it provides. ``distribution`` is the pip package that has the plugin.

        Raises:
            EnvironmentProblem: a component is provided twice, a kind is unknown, or a hook is misspelt.
        """
        try:
            self.plugins.register(plugin, name=name)
            self.plugins.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            raise _plugin_failed(name, error) from error
        if not hasattr(plugin, "framework_provides"):
            return
        try:
            provided: list[Provides] = plugin.framework_provides()
        except Exception as error:
            raise _plugin_failed(name, error) from error
        for item in provided:
            self._add(ComponentSpec(item, name, distribution))

    def _add(self, spec: ComponentSpec) -> None:
        item = spec.provides
        if item.kind not in KINDS:
            raise _plugin_failed(
                spec.plugin, f"unknown kind {item.kind!r} of {item.name!r}; {one_of(item.kind, KINDS)}"
            )
        for name in (item.name, *item.aliases):
            other = self._specs.get((item.kind, name))
            if other is not None:
                raise EnvironmentProblem(
                    Problem(
                        code="duplicate-component",
                        what=f"{item.kind} {name!r} is provided by both {other.plugin!r} and {spec.plugin!r}",
                        fix=f"block one of them: FRAMEWORK_DISABLE_PLUGINS={spec.plugin}",
                    )
                )
            self._specs[item.kind, name] = spec

    def specs(self, kinds: Iterable[Kind] = KINDS) -> list[ComponentSpec]:
        """All components of the given kinds, each once, ordered by kind and name."""
        wanted = set(kinds)
        found = {id(spec): spec for (kind, _), spec in self._specs.items() if kind in wanted}
        return sorted(found.values(), key=lambda spec: (KINDS.index(spec.provides.kind), spec.name))

    def find(self, name: str, kinds: Iterable[Kind]) -> ComponentSpec | None:
        """The component that a config names, by its name or an alias; None where no plugin provides it."""
        for kind in kinds:
            spec = self._specs.get((kind, name))
            if spec is not None:
                return spec
        return None

    def load(self, name: str, kinds: Iterable[Kind], *, where: Location | None = None) -> Any:
        """Imports a component: its class, or for a command its module.

        A dotted name that no plugin provides is imported as ``module.Class`` from the import path, on which
        the commands put the bot's own folder.

        Raises:
            BotError: no plugin provides the name, or the bot's own module has no such class.
            EnvironmentProblem: the component's extra is not installed.
        """
        wanted = tuple(kinds)
        spec = self.find(name, wanted)
        if spec is not None:
            return _import_target(spec, where)
        if "." in name and advice_for(name) is None:
            return import_dotted(name, where)
        known = {known.name for known in self.specs(wanted)}
        raise BotError(_unknown(name, known, where))


def _import_target(spec: ComponentSpec, where: Location | None) -> Any:
    module_name, _, attribute = spec.provides.target.partition(":")
    try:
        module = importlib.import_module(module_name)
        return getattr(module, attribute) if attribute else module
    except ImportError as error:
        raise EnvironmentProblem(_missing_extra(spec, error, where)) from error
    except Exception as error:
        raise _plugin_failed(spec.plugin, f"{spec.provides.target}: {type(error).__name__}: {error}") from error


def _missing_extra(spec: ComponentSpec, error: ImportError, where: Location | None) -> Problem:
    return Problem(
        code="missing-extra",
        what=f"{spec.name!r} needs {error.name or str(error)!r}, which is not installed",
        where=where,
        fix=spec.install_command or f"install what plugin {spec.plugin!r} needs",
    )


def _unknown(name: str, known: Iterable[str], where: Location | None) -> Problem:
    advice = advice_for(name)
    if advice is not None:
        return Problem(
            code="unavailable-component", what=f"component {name!r} is not available here", where=where, fix=advice
        )
    return Problem(code="unknown-component", what=f"unknown component {name!r}", where=where, fix=one_of(name, known))


def _plugin_failed(name: str, cause: object) -> EnvironmentProblem:
    return EnvironmentProblem(
        Problem(
            code="plugin-failed",
            what=f"plugin {name!r} failed to load: {cause}",
            fix=f"repair or remove it, or block it: FRAMEWORK_DISABLE_PLUGINS={name}",
        )
    )
