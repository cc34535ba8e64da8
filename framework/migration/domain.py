"""The files of a domain, together: what a form says in one file goes to the slot in another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from framework.bot.document import Mapping
from framework.bot.domain import Domain
from framework.bot.domain_json import domain_to_dict
from framework.bot.domain_reader import DomainReader
from framework.bot.problems import Problems
from framework.errors import BotError, Location, Problem, did_you_mean
from framework.migration.forms import FormChanges, change_forms
from framework.migration.slots import slot_edits
from framework.migration.source import Edit, SourceFile, apply, parse_source, remove_entry
from framework.migration.versions import version_edits

_ENTITIES_AS_SLOTS = "store_entities_as_slots"


def migrate_domain(files: Sequence[SourceFile]) -> list[str]:
    """The texts of the files in the 3.1 format.

    Raises:
        BotError: the files have errors, a form asks for a slot that does not exist, or the result would not mean
            the same.
    """
    renamed = [_with_responses(file) for file in files]
    domain = _read(renamed)
    changes = [change_forms(file) for file in renamed]
    unknown = list(_unknown_slots(changes, domain))
    if unknown:
        raise BotError(unknown)
    comments: dict[str, list[str]] = {}
    for change in changes:
        for slot, found in change.comments.items():
            comments.setdefault(slot, []).extend(found)
    edits = [
        [*version_edits(file), *change.edits, *slot_edits(file, domain, comments), *_config_edits(file)]
        for file, change in zip(renamed, changes, strict=True)
    ]
    return _checked(renamed, edits, domain)


def _with_responses(file: SourceFile) -> SourceFile:
    """The file with its responses under the name that they have since 2.0."""
    key = file.root.keys.get("templates")
    if key is None or "responses" in file.root.entries:
        return file
    return _parse(file, apply(file.text, [Edit(file.start_of(key), file.end_of(key), "responses")]))


def _read(files: Iterable[SourceFile]) -> Domain:
    problems = Problems()
    reader = DomainReader(problems)
    for file in files:
        reader.read(file.root)
    domain = reader.result()
    if problems.errors():
        raise BotError(problems.errors())
    return domain


def _unknown_slots(changes: Iterable[FormChanges], domain: Domain) -> Iterator[Problem]:
    for change in changes:
        for name in change.asked:
            if name.text not in domain.slots:
                yield Problem(
                    code="unknown-slot",
                    what=f"a form asks for the slot {name.text!r}, which the domain does not have",
                    where=name.where,
                    fix=did_you_mean(name.text, domain.slots)
                    or "add it to `slots:`, so that its mappings have a place",
                )


def _config_edits(file: SourceFile) -> Iterator[Edit]:
    """Takes out the switch for filling slots by entities of their name: each slot says so itself now."""
    config = file.root.get("config")
    if isinstance(config, Mapping) and _ENTITIES_AS_SLOTS in config.entries:
        owner, key = (file.root, "config") if len(config.entries) == 1 else (config, _ENTITIES_AS_SLOTS)
        yield remove_entry(file, owner, key)


def _checked(files: Sequence[SourceFile], edits: Sequence[Sequence[Edit]], before: Domain) -> list[str]:
    """Applies the edits and reads the result, which has to be the same domain."""
    try:
        texts = [apply(file.text, edit) for file, edit in zip(files, edits, strict=True)]
        after = _read(_parse(file, text) for file, text in zip(files, texts, strict=True))
    except (ValueError, BotError) as error:
        raise _cannot_migrate(files) from error
    if domain_to_dict(after) != domain_to_dict(before):
        raise _cannot_migrate(files)
    return texts


def _parse(file: SourceFile, text: str) -> SourceFile:
    problems = Problems()
    parsed = parse_source(file.path, text, problems)
    if parsed is None or problems.errors():
        raise BotError(problems.errors() or _problem(file))
    return parsed


def _cannot_migrate(files: Iterable[SourceFile]) -> BotError:
    return BotError(_problem(file) for file in files if file.root.get("forms") or file.root.get("slots"))


def _problem(file: SourceFile) -> Problem:
    fix = "write slots and forms with one key a line"
    if file.uses_aliases:
        fix = "write out in slots and forms what anchors (&) and aliases (*) abbreviate"
    what = "the domain is written in a way that cannot be brought to the 3.1 format without changing its meaning"
    return Problem(code="cannot-migrate", what=what, where=Location(str(file.path), 1), fix=fix)
