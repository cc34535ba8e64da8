"""``--debug`` of the shell: what the bot understood, what it remembers now, and who decided what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framework.conversation.events import UserUttered
    from framework.conversation.tracker import Tracker
    from framework.dialogue.prediction import Prediction
    from framework.nlu.parse import ParseData

_RUNNERS_UP = 2
_FALLBACK_REASONS = {
    "threshold": "no intent is likely enough",
    "ambiguity": "the two best intents are too close",
    "out_of_scope": "it does not look like the examples of any intent",
}
_INTERNAL_SLOTS = frozenset({"session_started_metadata"})


class TurnExplainer:
    """Says, as a turn goes on, why it goes as it does."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._slots: Mapping[str, Any] = {}

    def message_understood(self, message: UserUttered) -> None:
        """Tells the intent and the entities."""
        for line in describe_parse(message.parse_data):
            self._say(line)

    def action_predicted(self, tracker: Tracker, prediction: Prediction) -> None:
        """Tells the slots that have changed since the last action, and the next action."""
        slots = dict(tracker.slots)
        for line in describe_changes(self._slots, slots):
            self._say(line)
        self._slots = slots
        if prediction.policy:  # nobody decides that a session starts
            self._say(describe_prediction(prediction))


def describe_parse(parsed: ParseData) -> Iterator[str]:
    """The intent, with what came close to it, and the entities."""
    intent = parsed.get("intent") or {}
    others = [each for each in parsed.get("intent_ranking") or [] if each["name"] != intent.get("name")]
    near = ", ".join(_scored(each["name"], each["confidence"]) for each in others[:_RUNNERS_UP])
    yield _row("intent", _scored(intent.get("name"), intent.get("confidence")) + (f"  (then {near})" if near else ""))
    if parsed.get("fallback"):
        yield _row("refused", _describe_fallback(parsed["fallback"]))
    for entity in parsed.get("entities") or []:
        labels = [f"{key} {entity[key]}" for key in ("role", "group") if entity.get(key)]
        by = ", ".join([*labels, entity.get("extractor") or "given"])
        yield _row("entity", f"{entity['entity']} = {entity.get('value')!r}  ({by})")


def describe_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The slots that have another value now."""
    for name, value in after.items():
        if name not in _INTERNAL_SLOTS and before.get(name) != value:
            yield _row("slot", f"{name}: {before.get(name)!r} → {value!r}")


def describe_prediction(prediction: Prediction) -> str:
    """The action, who chose it, how surely and why."""
    chosen = _scored(prediction.action or "none", prediction.confidence)
    return _row("action", f"{chosen}  {prediction.policy}" + (f": {prediction.reason}" if prediction.reason else ""))


def _describe_fallback(fallback: Mapping[str, Any]) -> str:
    """Why a message counts as not understood."""
    said = _FALLBACK_REASONS.get(fallback["reason"], fallback["reason"])
    return f"{said}: {fallback['score']:.2f} is below {fallback['threshold']:.2f}"


def _scored(name: str | None, confidence: float | None) -> str:
    return f"{name or 'none'} {confidence or 0.0:.2f}"


def _row(label: str, text: str) -> str:
    return f"  {label:<7} {text}"
