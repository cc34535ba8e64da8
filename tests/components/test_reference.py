"""The reference pages of components say what the code says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from framework.errors import EnvironmentProblem
from framework.registry import PIPELINE_KINDS, ComponentSpec
from tests.assembling import cached_registry

PAGES = Path(__file__).parents[2] / "docs" / "reference" / "components"
SPECS = cached_registry().specs(PIPELINE_KINDS)


@pytest.fixture(params=SPECS, ids=lambda spec: spec.name)
def spec(request: pytest.FixtureRequest) -> ComponentSpec:
    found: ComponentSpec = request.param
    return found


@pytest.fixture
def page(spec: ComponentSpec) -> str:
    path = PAGES / f"{spec.name}.md"
    if not path.is_file():
        pytest.skip(f"docs/reference/components/{spec.name}.md is missing")
    return path.read_text(encoding="utf-8")


def test_the_page_begins_with_name_and_purpose(spec: ComponentSpec, page: str) -> None:
    assert page.startswith(f"# {spec.name}\n\n{spec.provides.summary}")


def test_the_page_has_every_key_with_its_default(spec: ComponentSpec, page: str) -> None:
    try:
        config = cached_registry().load(spec.name, PIPELINE_KINDS).Config
    except EnvironmentProblem as missing:
        pytest.skip(str(missing))
    documented = [line for line in page.splitlines() if line.startswith("| `")]
    assert documented == key_table(config)


def test_the_page_shows_a_config(spec: ComponentSpec, page: str) -> None:
    assert f"  - name: {spec.name}\n" in page


def test_the_page_is_linked_from_the_list_of_components(spec: ComponentSpec) -> None:
    assert f"[{spec.name}]({spec.name}.md)" in (PAGES / "index.md").read_text(encoding="utf-8")


def key_table(config: type[BaseModel]) -> list[str]:
    """The rows that document the keys of a config: key, default, meaning."""
    return [f"| `{field.alias or name}` | {_default(field)} | {field.description} |" for name, field in _fields(config)]


def _fields(config: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    return list(config.model_fields.items())


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    plain = default.model_dump() if isinstance(default, BaseModel) else default
    return f"`{json.dumps(plain, ensure_ascii=False, default=list)}`".replace("|", "\\|")
