"""The catalogue of components: which plugin provides what, imported when first asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pluggy

from framework.errors import BotError, EnvironmentProblem, Location, Problem, one_of
from framework.registry import hookspecs
from framework.registry.provides import KINDS, Kind, Provides


@dataclass(frozen=True, slots=True)
class ComponentSpec:
    """A component that some plugin provides, not yet imported."""

    provides: Provides
    plugin: str

    @property
    def name(self) -> str:
        """The name under which configs know the component."""
        return self.provides.name


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

    def add_plugin(self, plugin: object, name: str) -> None:
        """Registers a plugin and what it provides.

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
            self._add(ComponentSpec(item, name))

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

    def load(self, name: str, kinds: Iterable[Kind], *, where: Location | None = None) -> type[Any]:
        """Imports the class of a component.

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
        if "." in name:
            return _import_dotted(name, where)
        known = [known_name for (kind, known_name) in self._specs if kind in wanted]
        raise BotError(
            Problem(code="unknown-component", what=f"unknown component {name!r}", where=where, fix=one_of(name, known))
        )


def _import_target(spec: ComponentSpec, where: Location | None) -> type[Any]:
    module_name, _, class_name = spec.provides.target.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        extra = spec.provides.extra
        fix = f"pip install 'framework-dialogue[{extra}]'" if extra else f"plugin {spec.plugin!r}"
        missing = error.name or str(error)
        raise EnvironmentProblem(
            Problem(code="missing-extra", what=f"{spec.name!r} needs {missing!r}", where=where, fix=fix)
        ) from error
    cls: type[Any] = getattr(module, class_name)
    return cls


def _import_dotted(name: str, where: Location | None) -> type[Any]:
    module_name, _, class_name = name.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise BotError(
            Problem(
                code="unknown-component",
                what=f"cannot import {module_name!r} for component {name!r}: {error}",
                where=where,
                fix="put the module into the bot's folder, or install the package that has it",
            )
        ) from error
    cls = getattr(module, class_name, None)
    if not isinstance(cls, type):
        names = [key for key, value in vars(module).items() if isinstance(value, type)]
        raise BotError(
            Problem(
                code="unknown-component",
                what=f"module {module_name!r} has no class {class_name!r}",
                where=where,
                fix=one_of(class_name, names),
            )
        )
    return cls


def _plugin_failed(name: str, cause: object) -> EnvironmentProblem:
    return EnvironmentProblem(
        Problem(
            code="plugin-failed",
            what=f"plugin {name!r} failed to load: {cause}",
            fix=f"repair or remove it, or block it: FRAMEWORK_DISABLE_PLUGINS={name}",
        )
    )
