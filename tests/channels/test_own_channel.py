"""The channel that the documentation shows."""

from __future__ import annotations

from framework.bot.bot import BotPaths
from framework.bot.reader import read_services
from framework.registry import create_registry
from framework.server.channels import make_channels
from tests.docs.snippets import write_files
from tests.server.serving import serving

PAGE = "docs/reference/channels.md"


async def test_the_channel_of_the_documentation_works(assistant, tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_SECRET", "hush")
    monkeypatch.syspath_prepend(tmp_path)
    write_files(PAGE, tmp_path)
    credentials = read_services(BotPaths(folder=tmp_path)).credentials
    channels = make_channels(credentials, create_registry())
    async with serving(assistant, tmp_path, channels=channels) as client:
        message = {"says": "hello", "customer": "ann"}
        refused = await client.post("/webhooks/shop/messages", json=message)
        assert (refused.status_code, refused.json()["message"]) == (403, "this is not the shop")
        answer = await client.post("/webhooks/shop/messages", json=message, headers={"x-shop-secret": "hush"})
        assert answer.json() == {"reply": ["Hey! How are you?"]}
        assert (await client.get("/webhooks/shop/")).json() == {"status": "ok"}
        tracker = (await client.get("/conversations/ann/tracker")).json()
        assert tracker["latest_input_channel"] == "shop"
