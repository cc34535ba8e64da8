"""The reference pages of components say what the code says."""

from __future__ import annotations

import pytest

from framework.errors import EnvironmentProblem
from framework.registry import PIPELINE_KINDS, ComponentSpec
from tests.assembling import cached_registry
from tests.components.key_tables import PAGES, is_key_row, key_rows

SPECS = cached_registry().specs(PIPELINE_KINDS)


@pytest.fixture(params=SPECS, ids=lambda spec: spec.name)
def spec(request: pytest.FixtureRequest) -> ComponentSpec:
    found: ComponentSpec = request.param
    return found


@pytest.fixture
def page(spec: ComponentSpec) -> str:
    path = PAGES / f"{spec.name}.md"
    if not path.is_file():
        pytest.fail(f"docs/reference/components/{spec.name}.md is missing")
    return path.read_text(encoding="utf-8")


def test_the_page_begins_with_name_and_purpose(spec: ComponentSpec, page: str) -> None:
    assert page.startswith(f"# {spec.name}\n\n{spec.provides.summary}")


def test_the_page_has_every_key_with_its_default(spec: ComponentSpec, page: str) -> None:
    try:
        config = cached_registry().load(spec.name, PIPELINE_KINDS).Config
    except EnvironmentProblem as missing:
        pytest.skip(str(missing))
    documented = [line for line in page.splitlines() if is_key_row(line)]
    assert documented == key_rows(config), "write the table anew: python -m tests.components.key_tables"


def test_the_page_shows_a_config(spec: ComponentSpec, page: str) -> None:
    assert f"  - name: {spec.name}\n" in page


def test_the_page_is_linked_from_the_list_of_components(spec: ComponentSpec) -> None:
    assert f"[{spec.name}]({spec.name}.md)" in (PAGES / "index.md").read_text(encoding="utf-8")
