"""Whole conversations with the trained bot, in the shell."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from framework.cli.main import main

pytestmark = pytest.mark.slow

Talk = Callable[..., list[str]]


@pytest.fixture
def talk(
    trained_bot: Path,
    order_book: Path,
    actions_package: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Talk:
    """Says each message in turn; returns what the bot said, without its buttons."""
    monkeypatch.chdir(trained_bot)
    monkeypatch.setattr(sys, "path", sys.path.copy())

    def say(*messages: str) -> list[str]:
        lines = "".join(f"{message}\n" for message in messages)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
        assert main(["shell"]) == 0
        return [line for line in capsys.readouterr().out.splitlines() if not line.startswith("  ")]

    return say


def test_hello_and_where_is_my_order(talk):
    assert talk("hello", "where is my order") == [
        "Hello, this is Fernway's assistant. What can I do for you?",
        "What is your order number? It is in your confirmation e-mail and looks like FW-10023.",
    ]


def test_an_order_is_found_and_its_buyer_greeted_by_name_from_then_on(talk):
    said = talk("track my parcel", "FW-10057", "my mail is katherine@example.net", "hello")

    assert said[1:] == [
        "And which e-mail address did you order with?",
        "Order FW-10057 (backpack) is being prepared. It usually leaves us within a day.",
        "Hello again, Katherine! What can I do for you?",
    ]


def test_a_number_in_the_first_message_is_not_asked_for(talk):
    assert talk("where is order FW-10031?") == ["And which e-mail address did you order with?"]


def test_a_question_in_between_is_answered_and_the_form_goes_on(talk):
    said = talk("where is my order", "how long does delivery take?", "FW-10042", "alan@example.com")

    assert said[1].startswith("Standard delivery takes 2 to 4 working days.")
    assert said[2].startswith("What is your order number?")
    assert said[-1] == "Order FW-10042 (tent, headlamp) is packed and waits for the courier."


def test_a_form_can_be_left(talk):
    said = talk("where is my order", "never mind", "hello")

    assert said[1:] == [
        "No problem, I've stopped. What would you like to do instead?",
        "Hello, this is Fernway's assistant. What can I do for you?",
    ]


def test_a_person_can_be_asked_for_in_the_middle_of_a_form(talk):
    said = talk("i want to return something", "let me talk to a human please")

    assert said[1].startswith("I have passed this on to a colleague, case C-00001.")


def test_a_return_from_the_first_word_to_the_number(talk, rows):
    said = talk("i want to return my rain jacket", "FW-10023", "ada@example.com", "it is too small", "yes")

    assert said[1:-1] == [
        "And which e-mail address did you order with?",
        "Why would you like to return it?",
        "So I register a return of the rain jacket from order FW-10023. Is that right?",
    ]
    assert said[-1].startswith("Done. Your return number is R-00001; the label is on its way to ada@example.com.")
    assert rows("SELECT number, product, reason FROM returns") == [("FW-10023", "rain jacket", "wrong_size")]


def test_a_return_by_buttons_from_an_order_that_was_just_shown(talk, rows):
    said = talk("where is FW-10023", "ada@example.com", "1", "2", "2", "1")

    assert said[-1].startswith("Done. Your return number is R-00001")
    assert rows("SELECT product, reason FROM returns") == [("beanie", "damaged")]


def test_an_order_that_is_too_old_is_declined_without_more_questions(talk):
    said = talk("i'd like to send something back", "FW-10064", "ada@example.com")

    assert said[-1] == "Order FW-10064 cannot be returned: the 30 days after its delivery are over."


def test_nobody_sees_the_order_of_somebody_else(talk):
    said = talk("where is order FW-10023", "alan@example.com")

    assert said[-2].startswith("That is not the address of this order.")
    assert said[-1] == "And which e-mail address did you order with?"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("yes please", "I have passed this on to a colleague"), ("no thanks", ("All right.", "Fine."))],
    ids=["yes", "no"],
)
def test_a_complaint_is_offered_a_person(talk, answer, outcome):
    said = talk("hi", "your service is terrible, i am really disappointed", answer)

    assert said[1:3] == [
        "I am sorry, that is not how it should be.",
        "Shall I ask a colleague to look into it personally?",
    ]
    assert said[3].startswith(outcome)


def test_the_stock_is_asked_about_twice(talk):
    assert talk("do you have the rucksack?", "and the fleece in large?") == [
        "Yes, we have the backpack in stock.",
        "Yes, we have the fleece in L.",
    ]


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("what time do you close on fridays?", "The shop is open"),
        ("can i pay with my credit card", "We take Visa"),
        ("what does shiping cost me", "Standard shipping costs"),
        ("could you deliver to portugal?", "We deliver to all countries"),
        ("how long can i send things back", "You can return anything unworn"),
        ("when will you pay me back", "The money goes back"),
        ("are you a human or a machine", "I'm Fernway's assistant"),
        ("what's the weather going to be like", "That is beyond me"),
        ("kwrdl brzt", ("I'm not sure I understood", "That is beyond me")),
    ],
)
def test_a_question_gets_its_answer(talk, message, answer):
    assert talk(message)[0].startswith(answer)
