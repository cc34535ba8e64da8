"""The way to a person: a case that a colleague finds in the order book."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from .order_book import open_order_book

OPENS, CLOSES = 9, 17
WORKING_DAYS = range(5)
MESSAGES_TO_SHOW = 5


class ActionHandOver(Action):
    """Opens a case with the last messages of the user, and says when somebody will answer.

    A bot whose channel lets a colleague take over the same chat would also return ``ConversationPaused()``: it then
    stays silent until the conversation is resumed.
    """

    def name(self) -> str:
        return "action_hand_over"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        said = [event["text"] for event in tracker.events if event.get("event") == "user" and event.get("text")]
        with open_order_book() as book:
            case = book.open_case(tracker.get_slot("email"), "\n".join(said[-MESSAGES_TO_SHOW:]))
        when = when_somebody_answers(datetime.now())
        dispatcher.utter_message(response="utter_handed_over", case_number=case, when=when)
        return []


def when_somebody_answers(now: datetime) -> str:
    """What to promise at this time of the week."""
    if now.weekday() in WORKING_DAYS and OPENS <= now.hour < CLOSES:
        return "You will hear from us within 15 minutes."
    return f"We are back on the next working day at {OPENS}, and you will hear from us then."
