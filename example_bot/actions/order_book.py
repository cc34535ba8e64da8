"""The shop's order book: customers, orders, products, returns and cases in one SQLite file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from .demo_data import fill_with_demo_data

DAYS_TO_RETURN = 30
FILE_VARIABLE = "FERNWAY_ORDER_BOOK"
DEFAULT_FILE = Path(__file__).parent.parent / ".framework" / "orders.db"

SCHEMA = """
CREATE TABLE customers (email TEXT PRIMARY KEY, name TEXT NOT NULL, club_member INTEGER NOT NULL);
CREATE TABLE products (name TEXT NOT NULL, size TEXT NOT NULL, in_stock INTEGER NOT NULL, PRIMARY KEY (name, size));
CREATE TABLE orders (
    number TEXT PRIMARY KEY,
    email TEXT NOT NULL REFERENCES customers (email),
    status TEXT NOT NULL CHECK (status IN ('placed', 'packed', 'shipped', 'delivered', 'cancelled')),
    placed_on TEXT NOT NULL,
    delivered_on TEXT,
    carrier_code TEXT
);
CREATE TABLE order_lines (number TEXT NOT NULL REFERENCES orders (number), product TEXT NOT NULL, size TEXT NOT NULL);
CREATE TABLE returns (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL REFERENCES orders (number),
    product TEXT NOT NULL,
    reason TEXT NOT NULL,
    UNIQUE (number, product)
);
CREATE TABLE cases (id INTEGER PRIMARY KEY, email TEXT, summary TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Customer:
    """Who placed an order."""

    email: str
    name: str
    club_member: bool


@dataclass(frozen=True)
class Order:
    """An order and what is in it."""

    number: str
    email: str
    status: str
    placed_on: date
    delivered_on: date | None
    carrier_code: str | None
    products: tuple[str, ...]

    def why_not_returnable(self, today: date) -> str | None:
        """Why nothing of this order can be sent back; None where it can."""
        if self.status == "cancelled":
            return "it was cancelled"
        if self.delivered_on is None:
            return "it has not been delivered yet"
        if today > self.delivered_on + timedelta(days=DAYS_TO_RETURN):
            return f"the {DAYS_TO_RETURN} days after its delivery are over"
        return None


class OrderBook:
    """Questions to, and entries in, the order book."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def order(self, number: str) -> Order | None:
        """The order with this number."""
        row = self._connection.execute(
            "SELECT number, email, status, placed_on, delivered_on, carrier_code FROM orders WHERE number = ?",
            (number,),
        ).fetchone()
        if row is None:
            return None
        lines = self._connection.execute("SELECT product FROM order_lines WHERE number = ? ORDER BY rowid", (number,))
        return Order(
            number=row[0],
            email=row[1],
            status=row[2],
            placed_on=date.fromisoformat(row[3]),
            delivered_on=date.fromisoformat(row[4]) if row[4] else None,
            carrier_code=row[5],
            products=tuple(product for (product,) in lines),
        )

    def customer(self, email: str) -> Customer | None:
        """The customer with this e-mail address."""
        row = self._connection.execute(
            "SELECT email, name, club_member FROM customers WHERE email = ?", (email,)
        ).fetchone()
        return Customer(row[0], row[1], bool(row[2])) if row else None

    def stock(self, product: str) -> dict[str, int]:
        """How many there are of each size of a product, in the order of the catalogue; empty for an unknown product."""
        rows = self._connection.execute("SELECT size, in_stock FROM products WHERE name = ? ORDER BY rowid", (product,))
        return dict(rows.fetchall())

    def register_return(self, number: str, product: str, reason: str) -> str:
        """Notes that an item comes back, once however often it is asked for; returns the return number."""
        self._connection.execute(
            "INSERT INTO returns (number, product, reason) VALUES (?, ?, ?)"
            " ON CONFLICT (number, product) DO UPDATE SET reason = excluded.reason",
            (number, product, reason),
        )
        (row,) = self._connection.execute(
            "SELECT id FROM returns WHERE number = ? AND product = ?", (number, product)
        ).fetchone()
        return f"R-{row:05d}"

    def open_case(self, email: str | None, summary: str) -> str:
        """Leaves a case for a colleague; returns its number."""
        cursor = self._connection.execute("INSERT INTO cases (email, summary) VALUES (?, ?)", (email, summary))
        return f"C-{cursor.lastrowid:05d}"


@contextmanager
def open_order_book() -> Iterator[OrderBook]:
    """Opens the order book for one action, and saves what the action changed.

    The file is made and filled on first use. Delete it for a fresh one; set ``FERNWAY_ORDER_BOOK`` for another place.
    A shop that has its orders behind a web service would call that here instead, from ``async def run``.
    """
    path = Path(os.environ.get(FILE_VARIABLE) or DEFAULT_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("BEGIN IMMEDIATE")  # two processes that start together must not both fill a new file
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            fill_with_demo_data(connection, today=date.today())
        yield OrderBook(connection)
