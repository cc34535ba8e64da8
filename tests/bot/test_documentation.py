"""Every problem that reading a bot can find is explained on the page that it names."""

from __future__ import annotations

import pytest

from framework.errors import CODES
from tests.conftest import ROOT

PAGES = (
    "errors",
    "domain",
    "slots",
    "nlu-data",
    "stories-and-rules",
    "config",
    "endpoints-and-credentials",
    "validation",
)
EXPLAINED = sorted((code, page) for code, page in CODES.items() if page.removeprefix("reference/") in PAGES)


@pytest.mark.parametrize(("code", "page"), EXPLAINED)
def test_a_problem_is_explained_on_its_page(code: str, page: str) -> None:
    assert f"`{code}`" in (ROOT / "docs" / f"{page}.md").read_text()
