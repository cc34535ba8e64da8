"""Turns that go another way than in Rasa on purpose, told from those that are wrong.

Each kind says what Rasa did in a recorded turn, and what must happen here instead; a turn is excused only if exactly
that happened. ``docs/explanation/where-we-differ.md`` explains them to users.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Turn = dict[str, Any]
Judge = Callable[[Sequence[Turn], int, Turn], bool]

_LISTEN = "action_listen"


def deviation(turns: Sequence[Turn], place: int, got: Turn) -> str | None:
    """The name of the deliberate difference between a recorded turn and what happened here, None if it is none."""
    return next((name for name, is_it in DEVIATIONS.items() if is_it(turns, place, got)), None)


def _listens_at_the_limit(turns: Sequence[Turn], place: int, got: Turn) -> bool:
    """Rasa reached the limit of actions and left the conversation stuck; here the bot listens, nothing else differs."""
    expected = turns[place]
    actions = [event for event in expected["events"] if event["event"] == "action"]
    is_stuck = len(actions) > 0 and actions[-1]["name"] != _LISTEN
    with_listening = [_comparable(event) for event in expected["events"]] + [{"event": "action", "name": _LISTEN}]
    return is_stuck and [_comparable(event) for event in got["events"]] == with_listening and _same_state(expected, got)


def _takes_back_one_message(turns: Sequence[Turn], place: int, got: Turn) -> bool:
    """Rasa's rewind took back several turns of a form; here each takes back one, and brings back the state before it."""
    expected = turns[place]
    rewinds = sum(event["event"] == "rewind" for event in expected["events"])
    if not rewinds or place < rewinds or got["events"] != expected["events"]:
        return False
    return _same_state(turns[place - rewinds], got) and not _same_state(turns[place - rewinds], expected)


def _comparable(event: dict[str, Any]) -> dict[str, Any]:
    if event["event"] == "action":
        return {"event": "action", "name": event["name"]}
    return event


def _same_state(left: Turn, right: Turn) -> bool:
    return all(left.get(key) == right.get(key) for key in ("slots", "active_loop"))


DEVIATIONS: dict[str, Judge] = {
    "a turn that reaches the limit of actions ends listening": _listens_at_the_limit,
    "a rewind takes back one message": _takes_back_one_message,
}
