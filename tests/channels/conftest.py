"""The bot that the tests of the server talk to."""

from __future__ import annotations

import pytest

from framework.dialogue.assistant import Assistant
from tests.server.serving import make_assistant, serving


@pytest.fixture(scope="session")
def assistant(tmp_path_factory) -> Assistant:
    return make_assistant(tmp_path_factory.mktemp("bot"))


@pytest.fixture
async def client(assistant, tmp_path):
    async with serving(assistant, tmp_path) as made:
        yield made
