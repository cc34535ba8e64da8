"""Puts what a session brought into the author's files: stories, examples, and what the domain does not have yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from framework.bot.annotations import mark_entities
from framework.bot.bot import Bot
from framework.bot.document import Mapping
from framework.bot.document import Sequence as ListNode
from framework.bot.domain import Domain, ResponseVariation
from framework.bot.growing_file import GrowingFile
from framework.bot.importers import BotFiles
from framework.bot.nlu_data import Example
from framework.bot.stories import ActionStep, Step, Story, UserStep
from framework.bot.story_writer import story_item

_YAML = (".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a session brought. ``domain`` is the bot's, with what was invented on the way."""

    stories: tuple[Story, ...]
    examples: tuple[Example, ...]
    domain: Domain

    def new_to(self, bot: Bot) -> Lessons:
        """What the bot's files do not have yet."""
        known = {_comparable(story.steps) for story in bot.stories.stories}
        stories: list[Story] = []
        for story in self.stories:
            if _comparable(story.steps) not in known:
                known.add(_comparable(story.steps))
                stories.append(story)
        said = {(example.text, example.intent, example.entities) for example in bot.nlu.examples}
        examples = [each for each in self.examples if (each.text, each.intent, each.entities) not in said]
        return Lessons(tuple(stories), tuple(dict.fromkeys(examples)), self.domain)

    def grows(self, domain: Domain) -> bool:
        """Whether stories or examples use names that a domain does not have."""
        return bool(_new_names(self, domain) or _new_responses(self, domain))


@dataclass(frozen=True, slots=True)
class Targets:
    """Where new things go.

    ``examples`` and ``domain`` are None where an example goes to others of its intent, and a name to others of its
    kind; ``new_intents`` and ``new_names`` are for those that have none.
    """

    stories: Path
    new_intents: Path
    new_names: Path
    examples: Path | None = None
    domain: Path | None = None


def usual_targets(files: BotFiles, bot: Bot) -> Targets:
    """The files in which the author keeps such things."""
    data = bot.paths.folder / (bot.paths.data[0] if bot.paths.data else Path("data"))
    domain = bot.paths.folder / (bot.paths.domain[0] if bot.paths.domain else Path("domain.yml"))
    story_files = _with_key(files.training, "stories")
    named = [path for path in story_files if path.stem == "stories"]
    return Targets(
        stories=next(iter(named or story_files[-1:]), _inside(data, "stories.yml")),
        new_names=next(iter(_with_key(files.domain, "intents")), _inside(domain, "domain.yml")),
        new_intents=_file_with_most_intents(files) or _inside(data, "nlu.yml"),
    )


def write_back(lessons: Lessons, bot: Bot, files: BotFiles, targets: Targets) -> list[GrowingFile]:
    """The files with all that is new to them; nothing is saved yet.

    Raises:
        BotError: a file is not written in a way that can be added to.
        EnvironmentProblem: a file cannot be read.
    """
    growing = _Growing()
    if lessons.stories:
        growing.file(targets.stories).add_items("stories", list(map(story_item, lessons.stories)), spaced=True)
    for intent, texts in _by_intent(lessons.examples).items():
        path = targets.examples or _file_of_intent(files, intent) or targets.new_intents
        growing.file(path).add_examples(intent, texts)
    for key, names in _new_names(lessons, bot.domain).items():
        growing.file(_domain_file(files, key, targets)).add_items(key, names)
    responses = _new_responses(lessons, bot.domain)
    if responses:
        growing.file(_domain_file(files, "responses", targets)).add_entries("responses", responses, spaced=True)
    return [file for file in growing.files.values() if file.is_changed]


def rescue(lessons: Lessons, bot: Bot, path: Path) -> GrowingFile:
    """A file of its own that has everything, for a session that ended before it was written back."""
    nowhere = BotFiles(domain=(), training=(), tests=())
    [file] = write_back(lessons, bot, nowhere, Targets(path, path, path)) or [GrowingFile(path)]
    return file


class _Growing:
    """Files, each opened once, however its path is written."""

    def __init__(self) -> None:
        self.files: dict[Path, GrowingFile] = {}

    def file(self, path: Path) -> GrowingFile:
        target = path.resolve()
        if target not in self.files:
            self.files[target] = GrowingFile.open(path)
        return self.files[target]


def _with_key(files: Iterable[Mapping], key: str) -> list[Path]:
    """The YAML files that have something under a key."""
    found = [Path(file.source.file) for file in files if file.get(key) is not None]
    return [path for path in found if path.suffix in _YAML]


def _domain_file(files: BotFiles, key: str, targets: Targets) -> Path:
    return targets.domain or next(iter(_with_key(files.domain, key)), targets.new_names)


def _inside(path: Path, name: str) -> Path:
    return path if path.suffix in _YAML else path / name


def _file_with_most_intents(files: BotFiles) -> Path | None:
    counts = {Path(file.source.file): len(list(_intents_of(file))) for file in files.training}
    return max((path for path in counts if path.suffix in _YAML and counts[path]), key=counts.__getitem__, default=None)


def _file_of_intent(files: BotFiles, intent: str) -> Path | None:
    """The last file that has examples of an intent."""
    for file in reversed(files.training):
        path = Path(file.source.file)
        if path.suffix in _YAML and intent in _intents_of(file):
            return path
    return None


def _intents_of(file: Mapping) -> Iterator[Any]:
    """The intents that a file has examples of."""
    nlu = file.get("nlu")
    for item in nlu if isinstance(nlu, ListNode) else ():
        name = item.get("intent") if isinstance(item, Mapping) else None
        if name is not None:
            yield name.data()


def _by_intent(examples: Iterable[Example]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for example in examples:
        if example.intent is not None:
            texts.setdefault(example.intent, []).append(mark_entities(example.text, example.entities))
    return texts


def _new_names(lessons: Lessons, domain: Domain) -> dict[str, list[str]]:
    """Names that stories and examples use, by the key of the domain under which they are missing."""
    steps = [step for story in lessons.stories for step in story.steps]
    users = [step for step in steps if isinstance(step, UserStep)]
    intents = [step.intent for step in users] + [example.intent_name for example in lessons.examples]
    entities = [entity.entity for step in users for entity in step.entities]
    entities += [entity.entity for example in lessons.examples for entity in example.entities]
    actions = [step.name for step in steps if isinstance(step, ActionStep)]
    missing = {
        "intents": [name for name in intents if name is not None and name not in domain.intents],
        "entities": [name for name in entities if name not in domain.entities],
        "actions": [n for n in actions if n not in domain.action_names and n not in lessons.domain.responses],
    }
    return {key: list(dict.fromkeys(names)) for key, names in missing.items() if names}


def _new_responses(lessons: Lessons, domain: Domain) -> dict[str, Any]:
    return {
        name: [_written(variation) for variation in variations]
        for name, variations in lessons.domain.responses.items()
        if name not in domain.responses
    }


def _written(variation: ResponseVariation) -> Any:
    return msgspec.to_builtins(replace(variation, where=None))


def _comparable(steps: Sequence[Step]) -> bytes:
    return msgspec.json.encode([replace(step, where=None) for step in steps], order="deterministic")
