"""Order status: the checks of ``order_status_form``, and the answer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from .identity import Slots, check_email, check_order_number
from .order_book import Order, open_order_book

STATUS = {
    "placed": "is being prepared. It usually leaves us within a day",
    "packed": "is packed and waits for the courier",
    "shipped": "is on its way",
    "delivered": "was delivered",
    "cancelled": "was cancelled, and nothing was charged",
}


class ValidateOrderStatusForm(FormValidationAction):
    """Runs after each answer to the form: one ``validate_<slot>`` for each slot, which returns the slot's final value.

    None as the value means that the answer is not good enough, so the form asks again.
    """

    def name(self) -> str:
        return "validate_order_status_form"

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


class ActionShowOrder(Action):
    """Says where an order is."""

    def name(self) -> str:
        return "action_show_order"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        number = tracker.get_slot("order_number")
        with open_order_book() as book:
            order = book.order(number)
        if order is None:
            dispatcher.utter_message(response="utter_order_unknown", wrong_number=number)
        else:
            dispatcher.utter_message(text=_describe(order), buttons=_what_next(order))
        # Forget the number, so that the next "where is my order" may be about another one.
        return [SlotSet("order_number", None)]


def _describe(order: Order) -> str:
    text = f"Order {order.number} ({', '.join(order.products)}) {STATUS[order.status]}"
    if order.delivered_on:
        text += f" on {order.delivered_on:%d %B}"
    if order.status == "shipped" and order.carrier_code:
        text += f". Follow it here: https://www.example.com/track/{order.carrier_code}"
    return text if order.status == "shipped" else text + "."


def _what_next(order: Order) -> list[dict[str, str]]:
    another = {"title": "Look up another order", "payload": "/order_status"}
    if order.status != "delivered":
        return [another]
    # The payload hands the number over, so that the return form does not ask for it.
    send_back = {"title": "Return something from it", "payload": f'/return_item{{"order_number": "{order.number}"}}'}
    return [send_back, another]
