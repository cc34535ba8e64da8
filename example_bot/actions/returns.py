"""Returns: the checks of ``return_form``, its question for the item, and the entry in the order book."""

from __future__ import annotations

from datetime import date
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from .identity import Slots, check_email, check_order_number
from .order_book import open_order_book

ORDER_SLOTS = ("order_number", "return_item", "return_reason", "return_confirmed")
REASON_WORDS = {
    "wrong_size": ("size", "fit", "small", "big", "large", "tight", "loose", "long", "short"),
    "damaged": ("damage", "broke", "torn", "tear", "hole", "fault", "defect", "ripped", "scratch", "doesn't work"),
    "wrong_item": ("wrong", "not what i ordered", "colour", "color", "described", "different", "something else"),
    "changed_mind": ("mind", "don't like", "don't need", "don't want", "no longer", "regret"),
}


class ValidateReturnForm(FormValidationAction):
    """Checks each answer of the return form against the order book."""

    def name(self) -> str:
        return "validate_return_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> list[str]:
        """Which slots the form still asks for; none where the order cannot be returned, which ends the form."""
        number, email = tracker.get_slot("order_number"), tracker.get_slot("email")
        if not (number and email):
            return domain_slots
        with open_order_book() as book:
            order = book.order(number)
        if order is not None and order.why_not_returnable(_today()):
            return ["order_number", "email"]
        return domain_slots

    def validate_order_number(
        self,
        value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> Slots:
        return check_order_number(value, dispatcher, tracker)

    def validate_email(
        self,
        value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> Slots:
        return check_email(value, dispatcher, tracker)

    def validate_return_item(
        self,
        value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> Slots:
        number = tracker.get_slot("order_number")
        if not number:
            return {"return_item": value}  # checked again once the order is known
        with open_order_book() as book:
            order = book.order(number)
        said = str(value).lower()
        for product in order.products if order else ():
            if product in said or said in product:
                return {"return_item": product}
        dispatcher.utter_message(response="utter_not_in_order")
        return {"return_item": None}

    def validate_return_reason(
        self,
        value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> Slots:
        """Sorts what the user wrote into the shop's reasons; anything else is a reason too."""
        said = str(value).lower()
        if said in REASON_WORDS:
            return {"return_reason": said}
        for reason, words in REASON_WORDS.items():
            if any(word in said for word in words):
                return {"return_reason": reason}
        return {"return_reason": "other"}


class ActionAskReturnItem(Action):
    """Asks which item comes back, with a button for each item of the order.

    A form asks for a slot with ``action_ask_<form>_<slot>`` where the bot has one, else with a response.
    """

    def name(self) -> str:
        return "action_ask_return_form_return_item"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        with open_order_book() as book:
            order = book.order(tracker.get_slot("order_number"))
        products = order.products if order else ()
        buttons = [{"title": product, "payload": f'/inform{{"product": "{product}"}}'} for product in products]
        dispatcher.utter_message(text="Which item would you like to return?", buttons=buttons)
        return []


class ActionRegisterReturn(Action):
    """Enters the return in the order book, or says why not."""

    def name(self) -> str:
        return "action_register_return"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        slots = {name: tracker.get_slot(name) for name in ORDER_SLOTS}
        with open_order_book() as book:
            order = book.order(slots["order_number"])
            why_not = order.why_not_returnable(_today()) if order else "there is no such order"
            if why_not:
                dispatcher.utter_message(response="utter_not_returnable", why=why_not)
            elif not slots["return_confirmed"]:
                dispatcher.utter_message(response="utter_return_dropped")
            else:
                number = book.register_return(slots["order_number"], slots["return_item"], slots["return_reason"])
                dispatcher.utter_message(response="utter_return_registered", return_number=number)
        return [SlotSet(name, None) for name in ORDER_SLOTS]


def _today() -> date:
    return date.today()
