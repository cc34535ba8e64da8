"""The shop's actions, run for real by rasa-sdk's executor on an order book of their own."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from framework.cli.main import main

BOT = Path(__file__).parents[2] / "example_bot"


@dataclass(frozen=True)
class Outcome:
    """What an action said and which slots it left, later values winning."""

    said: list[str]
    buttons: list[dict[str, str]]
    slots: dict[str, Any]


RunAction = Callable[..., Awaitable[Outcome]]


@pytest.fixture(scope="session")
def domain() -> dict[str, Any]:
    return yaml.safe_load((BOT / "domain.yml").read_text())


@pytest.fixture(scope="session")
def trained_bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the bot, with a model."""
    folder = tmp_path_factory.mktemp("shop") / "bot"
    shutil.copytree(BOT, folder, ignore=shutil.ignore_patterns(".framework", "models", "__pycache__"))
    with contextlib.chdir(folder):
        assert main(["train"]) == 0
    return folder


@pytest.fixture
def order_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "orders.db"
    monkeypatch.setenv("FERNWAY_ORDER_BOOK", str(path))
    return path


@pytest.fixture
def actions_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Makes ``import actions`` mean this bot's package, whatever other tests imported under that name."""
    others = _take_out_actions()
    monkeypatch.syspath_prepend(str(BOT))
    yield
    _take_out_actions()
    sys.modules.update(others)


@pytest.fixture
def run_action(actions_package: None, order_book: Path, domain: dict[str, Any]) -> RunAction:
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package("actions")

    async def run(name: str, *, messages: tuple[str, ...] = (), **slots: Any) -> Outcome:
        result = await executor.run(
            {
                "next_action": name,
                "domain": domain,
                "domain_digest": None,
                "tracker": {
                    "sender_id": "ada",
                    "slots": {**dict.fromkeys(domain["slots"]), **slots},
                    "latest_message": {"intent": {"name": "inform"}, "entities": []},
                    "events": [
                        *({"event": "user", "text": text} for text in messages),
                        # what a form has just learned stands at the end, where the validation looks for it
                        *({"event": "slot", "name": key, "value": value} for key, value in slots.items()),
                    ],
                    "paused": False,
                    "followup_action": None,
                    "active_loop": {},
                    "latest_action_name": None,
                },
            }
        )
        assert result is not None
        return Outcome(
            said=[response.get("response") or response["text"] for response in result.responses],
            buttons=[button for response in result.responses for button in response.get("buttons") or []],
            slots={event["name"]: event["value"] for event in result.events if event["event"] == "slot"},
        )

    return run


@pytest.fixture
def rows(order_book: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    """Asks the order book's file directly."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(order_book)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    return ask


def _take_out_actions() -> dict[str, Any]:
    names = [name for name in sys.modules if name == "actions" or name.startswith("actions.")]
    return {name: sys.modules.pop(name) for name in names}
