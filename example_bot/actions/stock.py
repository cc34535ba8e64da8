"""What is in stock."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from .order_book import open_order_book

OFTEN_ASKED = ("rain jacket", "hiking boots", "backpack")


class ActionCheckStock(Action):
    """Says whether a product is there, in the size that was named or in which sizes."""

    def name(self) -> str:
        return "action_check_stock"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        product = tracker.get_slot("product")
        if product is None:
            buttons = [{"title": name, "payload": f'/check_stock{{"product": "{name}"}}'} for name in OFTEN_ASKED]
            dispatcher.utter_message(text="Which product are you looking for?", buttons=buttons)
            return []
        with open_order_book() as book:
            stock = book.stock(product.lower())
        dispatcher.utter_message(text=_answer(product, tracker.get_slot("size"), stock))
        return [SlotSet("size", None)]  # a size of boots says nothing of the next question about jackets


def _answer(product: str, size: str | None, stock: dict[str, int]) -> str:
    if not stock:
        return f"We do not sell anything called {product}, sorry."
    there = [name for name, count in stock.items() if count]
    if not there:
        return f"We are out of the {product} at the moment; new ones come next month."
    if there == ["one size"]:
        return f"Yes, we have the {product} in stock."
    sizes = ", ".join(there)
    if size is None:
        return f"We have the {product} in these sizes: {sizes}."
    wanted = size.upper()
    if wanted in there:
        return f"Yes, we have the {product} in {wanted}."
    return f"We do not have the {product} in {wanted}, but in {sizes}."
