"""From an entry of ``config.yml`` to a component class with its checked configuration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace
from pydantic import BaseModel, ValidationError

from framework.bot.config import ComponentEntry
from framework.errors import FrameworkError, Location, Problem, Severity, did_you_mean, one_of
from framework.nlu.gate import GATED_KINDS
from framework.registry import ComponentSpec, Kind, Registry

ONLY_FOR = "only_for"
"""The key by which a component is made to be for some languages only."""


@dataclass(frozen=True, slots=True)
class ConfiguredComponent:
    """A component class and the configuration to make it with, not yet made.

    ``name`` is unique in its list; ``registered_name`` is the one by which the registry finds the class again.
    ``spec`` is None for a class of the bot's own folder. ``only_for`` are the languages of the messages that the
    component is for, all if empty.
    """

    name: str
    registered_name: str
    cls: type[Any]
    config: BaseModel
    spec: ComponentSpec | None
    only_for: tuple[str, ...] = ()
    where: Location | None = None


def configure(
    entries: Sequence[ComponentEntry], kinds: Iterable[Kind], registry: Registry
) -> tuple[list[ConfiguredComponent], list[Problem]]:
    """Finds the class of every entry and checks its keys; what is wrong with any of them is in the second list.

    A key that resembles none that the component has is left out with a warning: bots carry keys of other versions and
    of other components, which never had an effect. One that resembles a key is a typing error, and an error here.
    """
    wanted = tuple(kinds)
    components: list[ConfiguredComponent] = []
    problems: list[Problem] = []
    used: dict[str, int] = {}
    for entry in entries:
        try:
            cls = registry.load(entry.name, wanted, where=entry.where)
        except FrameworkError as error:
            problems.extend(error.problems)
            continue
        spec = registry.find(entry.name, wanted)
        registered_name = spec.name if spec else entry.name
        entry, only_for, wrong = _split_gate(entry, cls)
        problems.extend(wrong)
        ignored = _keys_without_effect(registered_name, cls.Config, entry)
        problems.extend(ignored.values())
        heard = {key: value for key, value in entry.options.items() if key not in ignored}
        config, wrong = validate_options(registered_name, cls.Config, replace(entry, options=heard))
        problems.extend(wrong)
        if config is None:
            continue
        components.append(
            ConfiguredComponent(
                name=_unique_name(registered_name, used),
                registered_name=registered_name,
                cls=cls,
                config=config,
                spec=spec,
                only_for=only_for,
                where=entry.where,
            )
        )
    return components, problems


def _split_gate(entry: ComponentEntry, cls: type[Any]) -> tuple[ComponentEntry, tuple[str, ...], list[Problem]]:
    """Takes ``only_for``, which any component may have that judges messages, out of an entry's keys."""
    if ONLY_FOR not in entry.options or getattr(cls, "kind", None) not in GATED_KINDS:
        return entry, (), []
    options = {key: value for key, value in entry.options.items() if key != ONLY_FOR}
    languages = entry.options[ONLY_FOR]
    if isinstance(languages, Sequence) and not isinstance(languages, str) and all(map(_is_text, languages)):
        return replace(entry, options=options), tuple(languages), []
    problem = Problem(
        code="invalid-component-config",
        what=f"{ONLY_FOR} is {languages!r}",
        where=entry.places.get(ONLY_FOR) or entry.where,
        fix="write a list of language codes: `only_for: [de, en]`",
    )
    return replace(entry, options=options), (), [problem]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def validate_options(
    component: str, model: type[BaseModel], entry: ComponentEntry
) -> tuple[BaseModel | None, list[Problem]]:
    """Checks the keys of an entry against the component's ``Config``; the config is None where a key is wrong."""
    try:
        return model.model_validate(entry.options), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
        return None, [_problem_of(component, model, entry, detail["type"], detail["loc"], detail) for detail in details]


def _keys_without_effect(component: str, model: type[BaseModel], entry: ComponentEntry) -> dict[str, Problem]:
    if model.model_config.get("extra") != "forbid":
        return {}
    known = known_keys(model)
    return {
        key: Problem(
            code="key-without-effect",
            what=f"{component} has no key {key!r}, so it has no effect",
            where=entry.places.get(key) or entry.where,
            fix="take it out; 'framework plugins show' prints the keys that there are",
            severity=Severity.WARNING,
        )
        for key in entry.options
        if key not in {*known, *model.model_fields} and did_you_mean(key, known) is None
    }


def known_keys(model: type[BaseModel]) -> list[str]:
    """The keys that a config may set, under the names that its author would write."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _problem_of(
    component: str,
    model: type[BaseModel],
    entry: ComponentEntry,
    kind: str,
    path: tuple[int | str, ...],
    detail: Any,
) -> Problem:
    key = str(path[0]) if path else ""
    where = entry.places.get(".".join(map(str, path))) or entry.places.get(key) or entry.where
    if kind == "extra_forbidden" and len(path) == 1:
        return Problem(
            code="invalid-component-config",
            what=f"{component} has no key {key!r}",
            where=where,
            fix=one_of(key, known_keys(model)),
        )
    if kind == "missing" and len(path) == 1:
        return Problem(
            code="invalid-component-config",
            what=f"{component} needs the key {key!r}",
            where=entry.where,
            fix=_description(model, key),
        )
    return Problem(
        code="invalid-component-config",
        what=f"{_dotted(path)} of {component} is {detail['input']!r}: {_lower_first(detail['msg'])}"
        if path
        else f"{component}: {_lower_first(detail['msg'])}",
        where=where,
        fix=_description(model, key),
    )


def _description(model: type[BaseModel], key: str) -> str | None:
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            return field.description
    return None


def _dotted(path: Iterable[int | str]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def _lower_first(text: str) -> str:
    text = text.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _unique_name(name: str, used: dict[str, int]) -> str:
    used[name] = used.get(name, 0) + 1
    return name if used[name] == 1 else f"{name}-{used[name]}"
