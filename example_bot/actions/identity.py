"""Checks that both forms share: is there such an order, and is it the user's own?"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from .order_book import open_order_book

ORDER_NUMBER = re.compile(r"\b(?:fw[- ]?)?(\d{5})\b", re.IGNORECASE)
EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")

Slots = dict[str, Any]


def check_order_number(value: Any, dispatcher: CollectingDispatcher, tracker: Tracker) -> Slots:
    """Writes an order number the way the order book does, or asks again by leaving the slot empty."""
    found = ORDER_NUMBER.search(str(value))
    if found is None:
        # A form checks what it already knows when it starts. Then nobody has been asked yet, so nobody is corrected.
        if tracker.get_slot("requested_slot") == "order_number":
            dispatcher.utter_message(response="utter_order_number_shape")
        return {"order_number": None}
    number = f"FW-{found[1]}"
    with open_order_book() as book:
        order = book.order(number)
    if order is None:
        dispatcher.utter_message(response="utter_order_unknown", wrong_number=number)
        return {"order_number": None}
    email = tracker.get_slot("email")
    if email and order.email != email.lower():
        return {"order_number": number, "email": None}
    return {"order_number": number}


def check_email(value: Any, dispatcher: CollectingDispatcher, tracker: Tracker) -> Slots:
    """Accepts the address only of the one who placed the order, and remembers their name.

    Without this, anybody could read anybody's orders by trying numbers.
    """
    found = EMAIL.search(str(value))
    if found is None:
        dispatcher.utter_message(response="utter_email_shape")
        return {"email": None}
    email = found[0].lower()
    number = ORDER_NUMBER.search(str(tracker.get_slot("order_number")))
    with open_order_book() as book:
        order = book.order(f"FW-{number[1]}") if number else None
        customer = book.customer(email)
    if order is not None and order.email != email:
        dispatcher.utter_message(response="utter_email_mismatch")
        return {"email": None}
    if order is None or customer is None:
        return {"email": email}
    return {"email": email, "customer_name": customer.name, "club_member": customer.club_member}
