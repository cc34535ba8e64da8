"""Checks of a pipeline as a whole: its order, its language, and whether it reads what the bot has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from framework.bot.bot import Bot
from framework.errors import Problem, Severity, one_of
from framework.model.config import ConfiguredComponent

_DATA_PARTS = {"regexes": "regular expressions", "lookups": "lookup tables", "synonyms": "synonyms"}


def check_pipeline(bot: Bot, components: Sequence[ConfiguredComponent]) -> list[Problem]:
    """What is wrong, or probably not meant, in a pipeline whose components are each configured rightly."""
    return [
        *_order(components),
        *_tokenizers(components),
        *_languages(bot.config.language, components),
        *_featurizer_names(components),
        *_extractors(bot, components),
        *_unread_data(bot, components),
    ]


def _order(components: Sequence[ConfiguredComponent]) -> Iterator[Problem]:
    for place, component in enumerate(components):
        before = {earlier.cls.kind for earlier in components[:place]}
        for kind in component.cls.requires:
            if kind not in before:
                yield Problem(
                    code="pipeline-order",
                    what=f"{component.name} needs a {kind.replace('_', ' ')} before it in the pipeline",
                    where=component.where,
                    fix=_first_of_kind(kind, components[place + 1 :]),
                )


def _first_of_kind(kind: str, later: Iterable[ConfiguredComponent]) -> str:
    found = next((component.name for component in later if component.cls.kind == kind), None)
    return f"move {found} before it" if found else "'framework plugins' lists those that are installed"


def _tokenizers(components: Sequence[ConfiguredComponent]) -> Iterator[Problem]:
    tokenizers = [component for component in components if component.cls.kind == "tokenizer"]
    for component in tokenizers[1:]:
        yield Problem(
            code="pipeline-order",
            what=f"{component.name} is a second tokenizer, after {tokenizers[0].name}",
            where=component.where,
            fix="a pipeline has one tokenizer; take one of them out",
        )


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


def _extractors(bot: Bot, components: Sequence[ConfiguredComponent]) -> Iterator[Problem]:
    learned = [component for component in components if component.cls.is_trainable and extracts_entities(component)]
    if len(learned) > 1 and any(example.entities for example in bot.nlu.examples):
        yield _warning(
            "pipeline-order",
            f"{' and '.join(component.name for component in learned)} each learn to extract the same entities, "
            "so that an entity may be found twice",
            learned[-1],
            "keep one of them",
        )


def _unread_data(bot: Bot, components: Sequence[ConfiguredComponent]) -> Iterator[Problem]:
    read = {part for component in components for part in component.cls.inputs(component.config)}
    for part, title in _DATA_PARTS.items():
        if getattr(bot.nlu, part) and part not in read:
            yield _unread(f"the NLU data has {title}")
    if any(example.entities for example in bot.nlu.examples) and not any(map(extracts_entities, components)):
        yield _unread("the examples have entities")
    if bot.nlu.responses and not any(component.cls.kind == "selector" for component in components):
        yield _unread("the bot has responses for retrieval intents")


def extracts_entities(component: ConfiguredComponent) -> bool:
    """Whether a component finds entities, alone or beside the intent."""
    return component.cls.kind == "entity_extractor" or bool(getattr(component.config, "entity_recognition", False))


def _unread(what: str) -> Problem:
    return Problem(
        code="unread-data",
        what=f"{what}, and no component of the pipeline reads them",
        fix="add one that does; 'framework plugins' lists those that are installed",
        severity=Severity.WARNING,
    )


def _warning(code: str, what: str, component: ConfiguredComponent, fix: str) -> Problem:
    return Problem(code=code, what=what, where=component.where, fix=fix, severity=Severity.WARNING)
