"""A tracker as JSON is what other programs know from Rasa."""

from __future__ import annotations

import json
from pathlib import Path

from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot
from framework.conversation.events import Restarted, event_from_dict
from framework.conversation.tracker import Tracker
from framework.conversation.tracker_json import EventVerbosity, tracker_to_dict
from tests.conversation.conversing import did, listen, loop, tracker_of, user


def test_recorded_tracker_comes_out_as_it_was(shared: Path) -> None:
    body = (shared / "api-samples" / "tracker.http").read_text(encoding="utf-8").split("\n\n", 1)[1]
    expected = json.loads(body)
    domain = read_bot(BotPaths(folder=shared / "bots" / "RasaHQ__rasa-3.6.21-wheel__initial_project")).domain
    tracker = Tracker.from_events("s1", domain, [event_from_dict(event) for event in expected["events"]])
    assert tracker_to_dict(tracker, EventVerbosity.AFTER_RESTART) == expected


def test_restarted_tracker_looks_as_recorded(shared: Path) -> None:
    body = (shared / "api-samples" / "append_event.http").read_text(encoding="utf-8").split("\n\n", 1)[1]
    expected = json.loads(body)
    domain = read_bot(BotPaths(folder=shared / "bots" / "RasaHQ__rasa-3.6.21-wheel__initial_project")).domain
    message = user("greet")
    message.input_channel = "rest"
    restart = Restarted(timestamp=expected["latest_event_time"])
    tracker = Tracker.from_events("s1", domain, [listen(), message, restart])
    assert tracker_to_dict(tracker, EventVerbosity.AFTER_RESTART) == expected


def test_verbosity_decides_which_events_are_written() -> None:
    tracker = tracker_of(listen(), user("greet"), Restarted(), listen(), user("order"))

    def count(verbosity: EventVerbosity) -> int | None:
        events = tracker_to_dict(tracker, verbosity)["events"]
        return None if events is None else len(events)

    assert {verbosity: count(verbosity) for verbosity in EventVerbosity} == {
        EventVerbosity.NONE: None,
        EventVerbosity.APPLIED: 2,
        EventVerbosity.AFTER_RESTART: 2,
        EventVerbosity.ALL: 5,
    }


def test_active_loop_is_written_with_all_its_marks() -> None:
    tracker = tracker_of(did("pizza_form"), loop("pizza_form"))
    assert tracker_to_dict(tracker)["active_loop"] == {
        "name": "pizza_form",
        "is_interrupted": False,
        "rejected": False,
        "trigger_message": {"intent": {}, "entities": [], "text": None, "message_id": None, "metadata": {}},
    }
