"""The event broker that the documentation shows."""

from __future__ import annotations

import asyncio

from framework.bot.bot import BotPaths
from framework.bot.reader import read_services
from tests.docs.snippets import files_in
from tests.server.serving import serving

PAGE = "docs/reference/tracker-stores.md"


async def test_the_broker_of_the_documentation_works(assistant, tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(tmp_path)
    for name, text in files_in(PAGE).items():
        (tmp_path / name).write_text(text)
    endpoints = read_services(BotPaths(folder=tmp_path)).endpoints
    printed = ""
    async with serving(assistant, tmp_path, endpoints=endpoints) as client:
        await client.post("/webhooks/rest/webhook", json={"sender": "ann", "message": "hello"})
        async with asyncio.timeout(5):
            while "BotUttered" not in printed:
                await asyncio.sleep(0.01)
                printed += capsys.readouterr().out
    assert "seen ann UserUttered\n" in printed
