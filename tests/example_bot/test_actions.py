from __future__ import annotations

from datetime import datetime

import pytest


async def test_an_order_is_described_with_its_tracking_link(run_action):
    outcome = await run_action("action_show_order", order_number="FW-10031")

    assert outcome.said == [
        "Order FW-10031 (hiking boots) is on its way. Follow it here: https://www.example.com/track/BL553377"
    ]
    assert outcome.slots == {"order_number": None}


async def test_a_delivered_order_offers_a_return_that_knows_the_number(run_action):
    outcome = await run_action("action_show_order", order_number="FW-10023")

    assert outcome.buttons[0]["payload"] == '/return_item{"order_number": "FW-10023"}'


@pytest.mark.parametrize("typed", ["FW-10031", "fw10031", "it's fw 10031, I think", "10031"])
async def test_an_order_number_is_read_however_it_is_typed(run_action, typed):
    outcome = await run_action("validate_order_status_form", requested_slot="order_number", order_number=typed)

    assert outcome.slots["order_number"] == "FW-10031"
    assert outcome.said == []


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("FW-99999", "utter_order_unknown"), ("no idea", "utter_order_number_shape")],
    ids=["unknown", "not a number"],
)
async def test_a_wrong_order_number_is_asked_for_again(run_action, typed, answer):
    outcome = await run_action("validate_order_status_form", requested_slot="order_number", order_number=typed)

    assert outcome.slots["order_number"] is None
    assert outcome.said == [answer]


async def test_the_buyer_is_recognized_by_their_address(run_action):
    outcome = await run_action(
        "validate_order_status_form", order_number="FW-10023", requested_slot="email", email="It is Ada@Example.com"
    )

    assert outcome.slots["email"] == "ada@example.com"
    assert outcome.slots["customer_name"] == "Ada"
    assert outcome.slots["club_member"] is True


async def test_nobody_sees_the_order_of_somebody_else(run_action):
    outcome = await run_action(
        "validate_order_status_form", order_number="FW-10023", requested_slot="email", email="alan@example.com"
    )

    assert outcome.slots["email"] is None
    assert outcome.said == ["utter_email_mismatch"]


async def test_the_address_is_asked_again_for_an_order_of_another_buyer(run_action):
    outcome = await run_action("validate_return_form", email="ada@example.com", order_number="FW-10042")

    assert outcome.slots["order_number"] == "FW-10042"
    assert outcome.slots["email"] is None


async def test_the_items_of_an_order_are_offered_as_buttons(run_action):
    outcome = await run_action("action_ask_return_form_return_item", order_number="FW-10023")

    assert [button["title"] for button in outcome.buttons] == ["rain jacket", "beanie"]


@pytest.mark.parametrize(
    ("typed", "item"), [("the rain jacket please", "rain jacket"), ("jacket", "rain jacket"), ("tent", None)]
)
async def test_only_items_of_the_order_can_come_back(run_action, typed, item):
    outcome = await run_action("validate_return_form", order_number="FW-10023", return_item=typed)

    assert outcome.slots["return_item"] == item


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("damaged", "damaged"),
        ("the sleeves are far too short", "wrong_size"),
        ("there is a hole in it", "damaged"),
        ("it has the wrong colour", "wrong_item"),
        ("I simply don't like it", "changed_mind"),
        ("my dog", "other"),
    ],
)
async def test_a_reason_in_free_words_is_sorted(run_action, typed, reason):
    outcome = await run_action("validate_return_form", return_reason=typed)

    assert outcome.slots["return_reason"] == reason


async def test_a_return_is_entered_once_however_often_it_is_asked_for(run_action, rows):
    answers = {
        "order_number": "FW-10023",
        "email": "ada@example.com",
        "return_item": "rain jacket",
        "return_reason": "wrong_size",
        "return_confirmed": True,
    }
    first = await run_action("action_register_return", **answers)
    await run_action("action_register_return", **answers)

    assert first.said == ["utter_return_registered"]
    assert first.slots == dict.fromkeys(("order_number", "return_item", "return_reason", "return_confirmed"))
    assert rows("SELECT number, product, reason FROM returns") == [("FW-10023", "rain jacket", "wrong_size")]


async def test_a_return_that_is_not_confirmed_is_not_entered(run_action, rows):
    outcome = await run_action(
        "action_register_return", order_number="FW-10023", return_item="beanie", return_confirmed=False
    )

    assert outcome.said == ["utter_return_dropped"]
    assert rows("SELECT * FROM returns") == []


@pytest.mark.parametrize("number", ["FW-10064", "FW-10031", "FW-10070"], ids=["too late", "under way", "cancelled"])
async def test_the_form_ends_early_for_an_order_that_cannot_come_back(run_action, number):
    buyer = {"FW-10064": "ada@example.com", "FW-10031": "grace.h@example.org", "FW-10070": "alan@example.com"}[number]
    asked = await run_action("validate_return_form", order_number=number, requested_slot="email", email=buyer)
    told = await run_action("action_register_return", order_number=number, email=buyer)

    assert asked.slots["requested_slot"] is None
    assert told.said == ["utter_not_returnable"]


@pytest.mark.parametrize(
    ("product", "size", "answer"),
    [
        ("rain jacket", "m", "Yes, we have the rain jacket in M."),
        ("rain jacket", "XS", "We do not have the rain jacket in XS, but in S, M, L."),
        ("hiking boots", None, "We have the hiking boots in these sizes: 39, 41, 42, 43."),
        ("tent", None, "Yes, we have the tent in stock."),
        ("sleeping bag", None, "We are out of the sleeping bag at the moment; new ones come next month."),
        ("canoe", None, "We do not sell anything called canoe, sorry."),
    ],
)
async def test_the_stock_is_told_by_size(run_action, product, size, answer):
    outcome = await run_action("action_check_stock", product=product, size=size)

    assert outcome.said == [answer]


async def test_a_case_holds_what_the_user_said(run_action, rows):
    outcome = await run_action("action_hand_over", messages=("hello", "my tent has a hole"), email="ada@example.com")

    assert outcome.said == ["utter_handed_over"]
    assert rows("SELECT email, summary FROM cases") == [("ada@example.com", "hello\nmy tent has a hole")]


@pytest.mark.parametrize(
    ("now", "soon"),
    [
        (datetime.fromisoformat("2026-03-02T09:00"), True),
        (datetime.fromisoformat("2026-03-02T17:00"), False),
        (datetime.fromisoformat("2026-03-07T12:00"), False),
    ],
    ids=["Monday morning", "Monday evening", "Saturday"],
)
def test_an_answer_is_promised_only_for_when_somebody_is_there(actions_package, now, soon):
    from actions.hand_over import when_somebody_answers

    assert ("15 minutes" in when_somebody_answers(now)) is soon
