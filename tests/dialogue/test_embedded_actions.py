from __future__ import annotations

import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from framework.bot.domain import Domain, Slot
from framework.conversation.events import SlotSet
from framework.conversation.tracker import Tracker
from framework.dialogue.action_runner import ActionFailed, ActionRejected
from framework.dialogue.embedded_actions import EmbeddedActions
from framework.errors import BotError

pytest.importorskip("rasa_sdk")

DOMAIN = Domain(slots={"size": Slot(name="size", type="text")})
ACTIONS = """
import time
from rasa_sdk import Action
from rasa_sdk.events import SlotSet
from rasa_sdk.interfaces import ActionExecutionRejection


class Measure(Action):
    def name(self):
        return "action_measure"

    def run(self, dispatcher, tracker, domain):
        time.sleep(0.01)
        dispatcher.utter_message(text=f"It is {tracker.get_slot('size')}.")
        return [SlotSet("size", "M")]


class Later(Action):
    def name(self):
        return "action_later"

    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(response="utter_later", day="Monday")
        return []


class Decline(Action):
    def name(self):
        return "action_decline"

    def run(self, dispatcher, tracker, domain):
        raise ActionExecutionRejection("action_decline", "not now")


class Break(Action):
    def name(self):
        return "action_break"

    def run(self, dispatcher, tracker, domain):
        raise KeyError("stock")
"""


@pytest.fixture
async def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EmbeddedActions]:
    package = tmp_path / "little_actions"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "shop.py").write_text(textwrap.dedent(ACTIONS), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    runner = EmbeddedActions("little_actions", DOMAIN)
    yield runner
    await runner.close()
    for name in [name for name in sys.modules if name.startswith("little_actions")]:
        del sys.modules[name]


def conversation() -> Tracker:
    tracker = Tracker("ada", DOMAIN)
    tracker.apply(SlotSet(name="size", value="L"))
    return tracker


async def test_an_action_of_the_package_sees_the_conversation_and_answers(embedded: EmbeddedActions) -> None:
    result = await embedded.run("action_measure", conversation())
    assert [response["text"] for response in result.responses] == ["It is L."]
    assert [(event["event"], event["name"], event["value"]) for event in result.events] == [("slot", "size", "M")]


async def test_asynchronous_actions_work_too(embedded: EmbeddedActions) -> None:
    result = await embedded.run("action_later", conversation())
    assert (result.responses[0]["response"], result.responses[0]["day"]) == ("utter_later", "Monday")


async def test_an_action_may_decline(embedded: EmbeddedActions) -> None:
    with pytest.raises(ActionRejected) as rejection:
        await embedded.run("action_decline", conversation())
    assert rejection.value.action == "action_decline"


async def test_an_action_that_breaks_fails_with_its_cause(embedded: EmbeddedActions) -> None:
    with pytest.raises(ActionFailed, match=r"'action_break' failed: KeyError: 'stock'"):
        await embedded.run("action_break", conversation())


async def test_an_action_that_no_class_has_is_named(embedded: EmbeddedActions) -> None:
    with pytest.raises(ActionFailed, match="'action_nowhere'"):
        await embedded.run("action_nowhere", conversation())


@pytest.mark.parametrize("code", ["import module_that_is_not_there", "1 / 0"])
def test_a_package_that_cannot_be_imported_is_an_error_of_the_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    package = tmp_path / "broken_actions"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "shop.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(BotError, match="'broken_actions' cannot be imported"):
        EmbeddedActions("broken_actions", DOMAIN)
    sys.modules.pop("broken_actions", None)
    sys.modules.pop("broken_actions.shop", None)
