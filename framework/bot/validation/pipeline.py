"""Does the pipeline use what the training data has, in an order that works?"""

from __future__ import annotations

from collections.abc import Iterable

from framework.bot.bot import Bot
from framework.bot.config import ComponentEntry
from framework.bot.defaults import DEFAULT_PIPELINE
from framework.bot.nlu_data import NLUData
from framework.bot.problems import Problems

_TRAINED_EXTRACTORS = ("DIETClassifier", "CRFEntityExtractor", "MitieEntityExtractor")
_WITH_ROLES = ("DIETClassifier", "CRFEntityExtractor")
_WITH_PATTERNS = ("RegexFeaturizer", "RegexEntityExtractor")
_NEED_FEATURES = (
    "DIETClassifier",
    "CRFEntityExtractor",
    "LogisticRegressionClassifier",
    "SklearnIntentClassifier",
    "ResponseSelector",
)


def check_pipeline(bot: Bot, problems: Problems) -> None:
    """Reports components that cannot work where they stand, and data that no component reads."""
    pipeline = DEFAULT_PIPELINE if bot.config.pipeline is None else bot.config.pipeline
    _check_order(pipeline, problems)
    _check_extractors(bot.nlu, pipeline, problems)
    if pipeline and bot.nlu.examples:
        _check_data(bot, pipeline, problems)


def short_name(entry: ComponentEntry) -> str:
    """The class name of a component, whether or not the config gives its module."""
    return entry.name.rpartition(".")[2]


def _check_order(pipeline: Iterable[ComponentEntry], problems: Problems) -> None:
    tokenizer: ComponentEntry | None = None
    has_features = False
    for entry in pipeline:
        name = short_name(entry)
        if name.endswith("Tokenizer"):
            if tokenizer is not None:
                problems.error(
                    "several-components",
                    f"the pipeline has two tokenizers, {short_name(tokenizer)!r} and {name!r}",
                    entry.where,
                    "remove one",
                )
            tokenizer = entry
        elif name.endswith("Featurizer"):
            has_features = True
            if tokenizer is None:
                problems.error(
                    "pipeline-order", f"{name!r} needs a tokenizer before it", entry.where, "add WhitespaceTokenizer"
                )
        elif name in _NEED_FEATURES and not has_features:
            problems.error(
                "pipeline-order", f"{name!r} needs a featurizer before it", entry.where, "add CountVectorsFeaturizer"
            )


def _extracts(entry: ComponentEntry) -> bool:
    return short_name(entry) in _TRAINED_EXTRACTORS and entry.options.get("entity_recognition", True) is not False


def _check_extractors(nlu: NLUData, pipeline: Iterable[ComponentEntry], problems: Problems) -> None:
    trained = [entry for entry in pipeline if _extracts(entry)]
    if len(trained) > 1:
        names = " and ".join(repr(short_name(entry)) for entry in trained)
        problems.warning(
            "several-components",
            f"{names} all learn the same entities, so each may be found several times",
            trained[1].where,
            "keep one; for DIETClassifier, `entity_recognition: false` turns it off",
        )
    patterns = next((entry for entry in pipeline if short_name(entry) == "RegexEntityExtractor"), None)
    both = _annotated(nlu) & _names_of_patterns(nlu, patterns) if patterns else set()
    if patterns and trained and both:
        problems.warning(
            "several-components",
            f"'RegexEntityExtractor' and {short_name(trained[0])!r} both find the entity {min(both)!r}",
            patterns.where,
            "give patterns and annotations different entity names",
        )


def _names_of_patterns(nlu: NLUData, entry: ComponentEntry) -> set[str]:
    regexes = nlu.regexes if entry.options.get("use_regexes", True) else ()
    tables = nlu.lookups if entry.options.get("use_lookup_tables", True) else ()
    return {regex.name for regex in regexes} | {table.name for table in tables}


def _annotated(nlu: NLUData) -> set[str]:
    return {entity.entity for example in nlu.examples for entity in example.entities}


def _check_data(bot: Bot, pipeline: tuple[ComponentEntry, ...], problems: Problems) -> None:
    names = {short_name(entry) for entry in pipeline}
    extracts = any(_extracts(entry) for entry in pipeline) or any(
        entry.name.endswith("Extractor") and "." in entry.name for entry in pipeline
    )
    found = _kinds_of_data(bot.nlu)
    missing = {
        "response keys": not any(name.endswith("Selector") for name in names) and "add ResponseSelector",
        "entities": not extracts and f"add one of {', '.join(_TRAINED_EXTRACTORS)}",
        "roles and groups": not names & set(_WITH_ROLES) and f"add one of {', '.join(_WITH_ROLES)}",
        "regular expressions": not names & set(_WITH_PATTERNS) and f"add one of {', '.join(_WITH_PATTERNS)}",
        "lookup tables": not names & set(_WITH_PATTERNS) and f"add one of {', '.join(_WITH_PATTERNS)}",
        "synonyms": "EntitySynonymMapper" not in names and "add EntitySynonymMapper",
    }
    where = pipeline[0].where
    for kind, remedy in missing.items():
        if kind in found and remedy:
            problems.warning(
                "unused-data",
                f"the training data has {kind}, but no component of the pipeline reads them",
                where,
                remedy,
            )


def _kinds_of_data(nlu: NLUData) -> set[str]:
    entities = [entity for example in nlu.examples for entity in example.entities]
    present = {
        "response keys": any(example.response_key for example in nlu.examples),
        "entities": bool(entities),
        "roles and groups": any(entity.role or entity.group for entity in entities),
        "regular expressions": bool(nlu.regexes),
        "lookup tables": bool(nlu.lookups),
        "synonyms": bool(nlu.synonyms),
    }
    return {kind for kind, is_present in present.items() if is_present}
