"""The export of a Dialogflow ES agent: a folder with a file per intent and entity, and per language of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from framework.bot.document import Mapping, Node, Sequence
from framework.bot.expect import as_flag, as_mapping, as_text, entries_of, items_of, required_text, texts_of
from framework.bot.json_document import load_json
from framework.bot.nlu_data import EntityAnnotation, Example, LookupTable, RegexPattern
from framework.bot.nlu_gatherer import NLUGatherer
from framework.bot.problems import Problems
from framework.errors import Location

_AGENT = "agent.json"
_INTENTS = "intents"
_ENTITIES = "entities"
_EXAMPLES = "_usersays_"
_ENTRIES = "_entries_"
_IGNORED = "@sys.ignore"


def is_dialogflow(folder: Path) -> bool:
    """Whether a folder is the export of an agent."""
    return (folder / _AGENT).is_file() and (folder / _INTENTS).is_dir()


def read_dialogflow(folder: Path, language: str, gatherer: NLUGatherer, problems: Problems) -> None:
    """Reads training phrases and entities in one language.

    The entries of an entity become synonyms and a lookup table, those of a regular expression patterns.
    """
    _check_language(folder, language, problems)
    for path in _described(folder / _INTENTS, _EXAMPLES):
        file = as_mapping(load_json(path, problems), "the file of an intent", problems)
        name = None if file is None else required_text(file, "name", "an intent", problems)
        if file is not None and name is not None:
            phrases = _localized(path, _EXAMPLES, language, problems) or file.get("userSays")
            for item in items_of(phrases, "training phrases", problems):
                _read_phrase(name, item, gatherer, problems)
    for path in _described(folder / _ENTITIES, _ENTRIES):
        file = as_mapping(load_json(path, problems), "the file of an entity", problems)
        if file is not None:
            entries = _localized(path, _ENTRIES, language, problems) or file.get("entries")
            _read_entity(file, entries, gatherer, problems)


def _check_language(folder: Path, language: str, problems: Problems) -> None:
    known = {path.stem.rpartition(_EXAMPLES)[2] for path in (folder / _INTENTS).glob(f"*{_EXAMPLES}*.json")}
    if known and language not in known:
        problems.error(
            "file-not-found",
            f"the agent has no training phrases in {language!r}",
            Location(str(folder / _AGENT), 1),
            f"write one of {', '.join(sorted(known))} after --language",
        )


def _described(folder: Path, infix: str) -> Iterator[Path]:
    """The files that describe intents or entities, without those of their languages."""
    return (path for path in sorted(folder.glob("*.json")) if infix not in path.stem)


def _localized(path: Path, infix: str, language: str, problems: Problems) -> Node | None:
    inner = path.with_name(f"{path.stem}{infix}{language}.json")
    return load_json(inner, problems) if inner.is_file() else None


def _read_phrase(intent: str, node: Node, gatherer: NLUGatherer, problems: Problems) -> None:
    phrase = as_mapping(node, "a training phrase", problems)
    if phrase is None:
        return
    text = ""
    entities: list[EntityAnnotation] = []
    for chunk in entries_of(phrase, "data", problems):
        words = as_text(chunk.get("text"), "text", problems) or ""
        kind = as_text(chunk.get("meta"), "meta", problems)
        name = as_text(chunk.get("alias"), "alias", problems) or (kind or "").removeprefix("@")
        if kind != _IGNORED and name:
            end = len(text) + len(words)
            entities.append(EntityAnnotation(entity=name, start=len(text), end=end, value=words))
        text += words
    if text.strip():
        gatherer.add_example(Example(text=text, intent=intent, entities=tuple(entities), where=phrase.where))


def _read_entity(entity: Mapping, entries: Node | None, gatherer: NLUGatherer, problems: Problems) -> None:
    name = required_text(entity, "name", "an entity", problems)
    if name is None or not isinstance(entries, Sequence):
        return
    is_pattern = as_flag(entity.get("isRegexp"), "isRegexp", problems, default=False)
    elements: dict[str, None] = {}
    for item in items_of(entries, "entries", problems):
        entry = as_mapping(item, "an entry", problems)
        value = None if entry is None else required_text(entry, "value", "an entry", problems)
        if entry is None or not value:
            continue
        words = texts_of(entry.get("synonyms"), "synonyms", problems) or (value,)
        if is_pattern:
            gatherer.add_regex(RegexPattern(name=name, pattern=value, where=entry.where))
            continue
        # What has an "@" in it is put together from other entities, and no word that anybody says.
        said = [word for word in words if "@" not in word]
        elements.update(dict.fromkeys(said))
        for word in said:
            if word != value and "@" not in value:
                gatherer.add_synonym(word, value, entry.where)
    if elements:
        gatherer.add_lookup(LookupTable(name=name, elements=tuple(elements), where=entries.where))
