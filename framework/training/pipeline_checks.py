"""Checks of a pipeline that need its classes: what each requires, which languages it knows, whose features it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from framework.errors import Problem, one_of
from framework.model.config import ConfiguredComponent
from framework.registry import Kind

_KIND_NAMES: dict[Kind, str] = {
    "tokenizer": "a tokenizer",
    "featurizer": "a featurizer",
    "intent_classifier": "an intent classifier",
    "entity_extractor": "an entity extractor",
    "selector": "a selector",
    "nlu": "a language model",
}


def check_pipeline(language: str | None, components: Sequence[ConfiguredComponent], *, is_whole: bool) -> list[Problem]:
    """What cannot work in a pipeline whose components are each configured rightly.

    Where the pipeline is not whole, because some component could not be configured, nothing is said of what others
    miss before them: it may be that one.
    """
    problems = [*_languages(language, components)]
    if is_whole:
        problems += [*_order(components), *_featurizer_names(components), *_gates(components)]
    return problems


def _order(components: Sequence[ConfiguredComponent]) -> Iterator[Problem]:
    for place, component in enumerate(components):
        before = {kind for earlier in components[:place] for kind in (earlier.cls.kind, *earlier.cls.also)}
        for kind in component.cls.requires:
            if kind not in before:
                yield Problem(
                    code="pipeline-order",
                    what=f"{component.name} needs {_KIND_NAMES[kind]} before it in the pipeline",
                    where=component.where,
                    fix=_first_of_kind(kind, components[place + 1 :]),
                )


def _first_of_kind(kind: str, later: Iterable[ConfiguredComponent]) -> str:
    found = next((component.name for component in later if kind in (component.cls.kind, *component.cls.also)), None)
    return f"move {found} before it" if found else "'framework plugins' lists those that are installed"


def _languages(language: str | None, components: Sequence[ConfiguredComponent]) -> Iterator[Problem]:
    for component in components:
        supported, unsupported = component.cls.supported_languages, component.cls.unsupported_languages
        if language is None or (language not in unsupported and (supported is None or language in supported)):
            continue
        yield Problem(
            code="unsupported-language",
            what=f"{component.name} does not work for the language {language!r}",
            where=component.where,
            fix=f"it works for {', '.join(sorted(supported))}" if supported else "use another component of its kind",
        )


def _gates(components: Sequence[ConfiguredComponent]) -> Iterator[Problem]:
    """Components that are for some languages only, with nothing before them that finds out the language."""
    for place, component in enumerate(components):
        if component.only_for and not any(earlier.cls.sets_languages for earlier in components[:place]):
            yield Problem(
                code="pipeline-order",
                what=f"{component.name} is only for {', '.join(component.only_for)}, "
                "and nothing before it finds out the language of a message",
                where=component.where,
                fix="put LanguageIdentifier before it",
            )


def _featurizer_names(components: Sequence[ConfiguredComponent]) -> Iterator[Problem]:
    known: list[str] = []
    for component in components:
        for wanted in getattr(component.config, "featurizers", None) or ():
            if wanted not in known:
                yield Problem(
                    code="invalid-component-config",
                    what=f"{component.name} reads the featurizer {wanted!r}, and none before it has that name",
                    where=component.where,
                    fix=one_of(wanted, known),
                )
        if component.cls.kind == "featurizer":
            known.append(getattr(component.config, "alias", None) or component.name)
