"""Finds the files of end-to-end test cases, and reads the cases in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from framework.bot.document import Mapping
from framework.bot.domain import Domain
from framework.bot.files import Files
from framework.bot.problems import Problems
from framework.errors import BotError, Problem, UsageError, one_of
from framework.evaluation.e2e_cases import E2ECase
from framework.evaluation.e2e_reader import TEST_CASES, E2EReader

NAME_SEPARATOR = "::"


def read_cases(place: str, domain: Domain) -> list[E2ECase]:
    """The test cases of a file, or of all files in a folder that have some; ``PATH::NAME`` is one of them.

    Raises:
        BotError: the files have errors, or there is no test case.
        UsageError: there is no test case of that name.
    """
    path, _, name = place.partition(NAME_SEPARATOR)
    problems = Problems()
    files = list(_files(Path(path), problems))
    reader = E2EReader(domain, problems)
    for file in files:
        reader.learn_names(file)
    cases = [case for file in files for case in reader.cases(file)]
    if problems.errors():
        raise BotError(problems.errors())
    if not cases:
        fix = "write them in tests/e2e_test_cases.yml, or say where they are: framework test e2e PATH"
        raise BotError(Problem(code="no-tests", what=f"there are no test cases in {path}", fix=fix))
    return _named(cases, name) if name else cases


def _files(path: Path, problems: Problems) -> Iterator[Mapping]:
    for _, file in Files(problems).load_all([path]):
        if TEST_CASES in file.entries:
            yield file
        elif not path.is_dir():
            problems.error("invalid-test-case", f"the file has no `{TEST_CASES}:`", file.where)


def _named(cases: list[E2ECase], name: str) -> list[E2ECase]:
    chosen = [case for case in cases if case.name == name]
    if not chosen:
        fix = one_of(name, {case.name for case in cases})
        raise UsageError(Problem(code="no-tests", what=f"there is no test case {name!r}", fix=fix))
    return chosen
