"""Customers, products and orders to try the bot with; dates are relative to the day the order book is made."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

CUSTOMERS = [
    ("ada@example.com", "Ada", 1),
    ("grace.h@example.org", "Grace", 0),
    ("alan@example.com", "Alan", 0),
    ("katherine@example.net", "Katherine", 1),
]

CLOTHES = {"rain jacket": (0, 4, 7, 2, 0), "fleece": (3, 3, 0, 5, 1), "merino shirt": (6, 9, 9, 4, 2)}
SHOES = {"hiking boots": (1, 0, 2, 4, 3, 0), "trail shoes": (0, 2, 5, 5, 0, 1)}
ONE_SIZE = {
    "backpack": 11,
    "tent": 2,
    "sleeping bag": 0,
    "headlamp": 25,
    "thermos bottle": 14,
    "beanie": 30,
    "walking poles": 6,
}

# number, e-mail, status, days since it was placed, days since it was delivered, carrier code, what is in it
ORDERS = [
    ("FW-10023", "ada@example.com", "delivered", 9, 6, "BL553120", [("rain jacket", "M"), ("beanie", "one size")]),
    ("FW-10031", "grace.h@example.org", "shipped", 3, None, "BL553377", [("hiking boots", "41")]),
    ("FW-10042", "alan@example.com", "packed", 1, None, None, [("tent", "one size"), ("headlamp", "one size")]),
    ("FW-10057", "katherine@example.net", "placed", 0, None, None, [("backpack", "one size")]),
    ("FW-10064", "ada@example.com", "delivered", 61, 57, "BL549008", [("fleece", "L")]),
    ("FW-10070", "alan@example.com", "cancelled", 12, None, None, [("sleeping bag", "one size")]),
]


def fill_with_demo_data(connection: sqlite3.Connection, today: date) -> None:
    """Writes the demo data into an empty order book."""
    connection.executemany("INSERT INTO customers VALUES (?, ?, ?)", CUSTOMERS)
    connection.executemany("INSERT INTO products VALUES (?, ?, ?)", _products())
    for number, email, status, placed, delivered, code, lines in ORDERS:
        placed_on = today - timedelta(days=placed)
        delivered_on = None if delivered is None else (today - timedelta(days=delivered)).isoformat()
        connection.execute(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)",
            (number, email, status, placed_on.isoformat(), delivered_on, code),
        )
        connection.executemany("INSERT INTO order_lines VALUES (?, ?, ?)", [(number, *line) for line in lines])


def _products() -> list[tuple[str, str, int]]:
    clothes = [
        (name, size, count)
        for name, counts in CLOTHES.items()
        for size, count in zip(("XS", "S", "M", "L", "XL"), counts, strict=True)
    ]
    shoes = [
        (name, str(size), count)
        for name, counts in SHOES.items()
        for size, count in zip(range(39, 45), counts, strict=True)
    ]
    return clothes + shoes + [(name, "one size", count) for name, count in ONE_SIZE.items()]
