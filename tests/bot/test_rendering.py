"""How problems are shown."""

from __future__ import annotations

from framework.bot.rendering import render_problem, render_problems
from framework.errors import Location, Problem, Severity
from tests.bot.conftest import ReadBot, WriteFiles


def test_a_problem_is_shown_with_its_line_and_its_remedy(read: ReadBot) -> None:
    bot = read({"domain.yml": "slots:\n  city:\n    type: boolean\n    mappings:\n    - type: custom\n"})
    assert render_problems(bot.problems) == (
        "domain.yml:3:11  unknown slot type 'boolean'\n"
        "    3 |     type: boolean\n"
        "      |           ^^^^^^^\n"
        "   did you mean 'bool'?  docs: reference/slots\n"
        "\n"
        "1 error"
    )


def test_the_caret_stands_under_wide_characters_and_after_tabs(write: WriteFiles) -> None:
    write({"a.yml": "- 北京天气\n\tx: y\n"})
    wide = Problem(code="wrong-type", what="wide", where=Location("a.yml", 1, 5, 2))
    assert render_problem(wide).splitlines()[1:3] == ["    1 | - 北京天气", "      |       ^^^^"]
    tab = Problem(code="wrong-type", what="tab", where=Location("a.yml", 2, 5, 1))
    assert render_problem(tab).splitlines()[1:3] == ["    2 |     x: y", "      |        ^"]


def test_a_problem_without_a_place_or_with_a_file_that_is_gone_has_no_excerpt(write: WriteFiles) -> None:
    write({})
    nowhere = Problem(code="empty-domain", what="the domain is empty")
    assert render_problem(nowhere) == "the domain is empty\n   docs: reference/validation"
    gone = Problem(code="wrong-type", what="not a list", where=Location("gone.yml", 3, 1), fix="repair it")
    assert render_problem(gone) == "gone.yml:3:1  not a list\n   repair it  docs: reference/errors"


def test_errors_come_last_and_all_are_counted(write: WriteFiles) -> None:
    write({})
    problems = [
        Problem(code="wrong-type", what="second error", where=Location("b.yml", 2)),
        Problem(code="wrong-type", what="first error", where=Location("b.yml", 1)),
        Problem(code="wrong-type", what="a warning", severity=Severity.WARNING),
        Problem(code="wrong-type", what="a note", severity=Severity.NOTE),
    ]
    assert [text.splitlines()[0] for text in render_problems(problems).split("\n\n")] == [
        "note: a note",
        "warning: a warning",
        "b.yml:1:1  first error",
        "b.yml:2:1  second error",
        "2 errors, 1 warning, 1 note",
    ]
    assert render_problems([]) == ""
