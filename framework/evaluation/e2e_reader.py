"""Reads ``test_cases:``, ``fixtures:``, ``metadata:`` and ``stub_custom_actions:``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from framework.bot.document import Mapping, Node, Scalar
from framework.bot.domain import Domain
from framework.bot.expect import as_mapping, as_text, check_keys, items_of, texts_of
from framework.bot.problems import Problems
from framework.dialogue.action_runner import ActionResult
from framework.errors import Location, one_of
from framework.evaluation.e2e_cases import E2ECase, E2EStep
from framework.evaluation.e2e_step_reader import E2EStepReader
from framework.evaluation.e2e_stub_reader import read_stubs

TEST_CASES = "test_cases"
_FILE_KEYS = (TEST_CASES, "fixtures", "metadata", "stub_custom_actions", "version")
_CASE_KEYS = ("test_case", "steps", "fixtures", "metadata")

_Named = dict[str, dict[str, Any]]


class E2EReader:
    """Reads the test cases of one file after another.

    Fixtures and metadata are known by name in all files; those of a case's own file come first.
    """

    def __init__(self, domain: Domain, problems: Problems) -> None:
        self._domain = domain
        self._problems = problems
        self._everywhere: dict[str, _Named] = {"fixtures": {}, "metadata": {}}
        self._names: dict[str, Location] = {}

    def learn_names(self, file: Mapping) -> None:
        """Makes the fixtures and metadata of a file known to the others."""
        for key, known in self._everywhere.items():
            known.update(self._sets(file, key))

    def cases(self, file: Mapping) -> Iterator[E2ECase]:
        """Reads the test cases of a file; ``learn_names`` has seen all files before."""
        check_keys(file, _FILE_KEYS, "a file of test cases", self._problems)
        named = {key: {**known, **self._sets(file, key)} for key, known in self._everywhere.items()}
        entries = [
            (entry, name)
            for item in items_of(file.get(TEST_CASES), TEST_CASES, self._problems)
            if (entry := as_mapping(item, "a test case", self._problems)) is not None
            and (name := self._name(entry)) is not None
        ]
        case_names = [name for _, name in entries]
        stubs = read_stubs(file.get("stub_custom_actions"), self._domain, case_names, self._problems)
        for entry, name in entries:
            yield self._case(entry, name, named, {**stubs.everywhere, **stubs.by_case.get(name, {})})

    def _case(self, entry: Mapping, name: str, named: dict[str, _Named], stubs: dict[str, ActionResult]) -> E2ECase:
        check_keys(entry, _CASE_KEYS, "a test case", self._problems)
        fixtures = self._joined(entry.get("fixtures"), "fixtures", named["fixtures"])
        metadata = self._joined(entry.get("metadata"), "metadata", named["metadata"])
        return E2ECase(
            name=name,
            steps=tuple(self._steps(entry, name, metadata, named["metadata"])),
            slots=fixtures,
            stubs=stubs,
            where=entry.entries["test_case"].where,
        )

    def _name(self, entry: Mapping) -> str | None:
        name = as_text(entry.get("test_case"), "the name of a test case", self._problems)
        if not name:
            self._problems.error(
                "missing-key", "a test case needs a name", entry.where, "add `test_case: <name>` in front of its steps"
            )
            return None
        where = entry.entries["test_case"].where
        if name in self._names:
            self._problems.error(
                "invalid-test-case",
                f"two test cases are called {name!r}, the first at {self._names[name]}",
                where,
                "rename one",
            )
        self._names.setdefault(name, where)
        return name

    def _steps(self, entry: Mapping, name: str, metadata: dict[str, Any], known: _Named) -> Iterable[E2EStep]:
        items = items_of(entry.get("steps"), "steps", self._problems)
        if not items:
            where = entry.entries["test_case"].where
            self._problems.error("missing-key", f"test case {name!r} needs steps", where, "add `steps:`")
        reader = E2EStepReader(self._domain, self._problems)
        for item in items:
            extra = self._joined(_metadata_of(item), "metadata", known)
            yield from reader.read(item, {**metadata, **extra})

    def _joined(self, names: Node | None, kind: str, known: _Named) -> dict[str, Any]:
        """What the sets of these names hold together; later ones win."""
        joined: dict[str, Any] = {}
        for name in texts_of(names, kind, self._problems):
            if name in known:
                joined.update(known[name])
            else:
                where = _place_of(names, name)
                self._problems.error(
                    "invalid-test-case", f"there is nothing called {name!r} under `{kind}:`", where, one_of(name, known)
                )
        return joined

    def _sets(self, file: Mapping, kind: str) -> _Named:
        """The named sets of keys and values under a key of the file, each written as a list or as a mapping."""
        found: _Named = {}
        for item in items_of(file.get(kind), kind, self._problems):
            entry = as_mapping(item, f"an item of {kind}", self._problems)
            for name, node in entry.entries.items() if entry is not None else ():
                parts = [node] if isinstance(node, Mapping) else items_of(node, name, self._problems)
                mappings = [as_mapping(part, f"an item of {name!r}", self._problems) for part in parts]
                found[name] = {
                    key: value for each in mappings if each is not None for key, value in each.data().items()
                }
                if kind == "fixtures":
                    self._check_slots(each for each in mappings if each is not None)
        return found

    def _check_slots(self, mappings: Iterable[Mapping]) -> None:
        for mapping in mappings:
            for name in mapping.entries:
                if name not in self._domain.slots:
                    self._problems.error(
                        "unknown-slot",
                        f"slot {name!r} is not in the domain",
                        mapping.where_key(name),
                        one_of(name, self._domain.slots),
                    )


def _metadata_of(item: Node) -> Node | None:
    return item.get("metadata") if isinstance(item, Mapping) else None


def _place_of(names: Node | None, name: str) -> Location | None:
    for item in getattr(names, "items", ()):
        if isinstance(item, Scalar) and item.text == name:
            return item.where
    return names.where if names is not None else None
