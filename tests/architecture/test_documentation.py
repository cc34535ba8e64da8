"""Reference pages that must say as much as the code."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

import framework.api
from framework.cli.commands import BUILT_IN, import_built_in
from framework.errors import CODES
from framework.registry import KINDS, create_registry, hookspecs
from tests.conftest import ROOT

DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def prose_of(path: Path) -> str:
    """A page without its code."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def headings(name: str) -> set[str]:
    return set(re.findall(r"^#+ `([^`]+)`", page(name), re.MULTILINE))


def hooks() -> set[str]:
    return {name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec")}


def test_every_hook_is_documented_and_no_other() -> None:
    assert headings("reference/hooks") == hooks()


def test_every_error_code_is_listed_with_its_page_and_no_other() -> None:
    table = page("reference/errors").partition("## All codes")[2]
    assert dict(re.findall(r"^\| `([^`]+)` \| \[([^]]+)\]", table, re.MULTILINE)) == CODES


@pytest.mark.parametrize("code", CODES)
def test_the_page_that_an_error_points_to_explains_it(code: str) -> None:
    explained = page(CODES[code]).partition("## All codes")[0]
    assert re.search(rf"^\| `{code}` \| \S", explained, re.MULTILINE)


@pytest.mark.parametrize("command", BUILT_IN, ids=lambda command: " ".join(command.words))
def test_every_command_is_documented(command) -> None:
    assert f"framework {' '.join(command.words)}" in headings("reference/cli")


@pytest.mark.parametrize("command", BUILT_IN, ids=lambda command: " ".join(command.words))
def test_every_flag_of_a_command_is_documented_there_or_with_a_command_above_or_below(command) -> None:
    parser = argparse.ArgumentParser()
    import_built_in(command).add_arguments(parser)
    flags = {action.option_strings[-1] for action in parser._actions if action.option_strings} - {"--help"}
    sections = dict(
        re.findall(r"^## `framework ([a-z0-9 ]+)`\n(.*?)(?=^## |\Z)", page("reference/cli"), re.MULTILINE | re.DOTALL)
    )
    name, above = " ".join(command.words), " ".join(command.words[:-1])
    text = "".join(section for other, section in sections.items() if other in (name, above) or other.startswith(name))
    assert {flag for flag in flags if f"`{flag}`" not in text and f"`{flag} " not in text} == set()


def test_every_kind_of_component_is_documented() -> None:
    assert {kind for kind in KINDS if f"| `{kind}` |" in page("reference/plugins")} == set(KINDS)


def test_every_component_says_in_one_line_what_it_is_for() -> None:
    assert [spec.name for spec in create_registry().specs() if not 10 < len(spec.provides.summary) < 120] == []


def test_the_public_names_are_those_that_can_be_imported() -> None:
    needed_by_declarations = {"Kind", "Provides", "hookimpl"}
    assert set(framework.api.__all__) == {*framework.api._MODULE_OF, *needed_by_declarations}
    for name in framework.api.__all__:
        assert getattr(framework.api, name) is not None


def test_the_public_names_are_known_to_type_checkers() -> None:
    source = (ROOT / "framework" / "api.py").read_text(encoding="utf-8")
    block = source[source.index("if TYPE_CHECKING:") : source.index("_WHERE")]
    assert {name for name in framework.api._MODULE_OF if not re.search(rf"\b{name}\b", block)} == set()


def test_links_between_pages_lead_somewhere() -> None:
    links = [
        (path, target)
        for path in DOCS.rglob("*.md")
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", prose_of(path))
        if "://" not in target
    ]
    assert [f"{path}: {target}" for path, target in links if not (path.parent / target).exists()] == []
