from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import pytest

from framework.bot.domain import ResponseVariation
from framework.bot.nlu_data import NLUData
from tests.assembling import ANSWERING_SHOP, SPARSE_FEATURES, Step, assemble, assemble_upon, examples

SELECTOR: Step = ("ResponseSelector", {"random_seed": 1})
STEPS = [*SPARSE_FEATURES, SELECTOR]
MORE: NLUData = msgspec.structs.replace(
    ANSWERING_SHOP,
    examples=(
        *(example for example in ANSWERING_SHOP.examples if example.intent != "chitchat/weather"),
        *examples(**{"faq/gifts": ["can you wrap it as a present", "is there gift paper", "a gift please"]}),
    ),
    responses={**ANSWERING_SHOP.responses, "utter_faq/gifts": (ResponseVariation(text="In golden paper."),)},
)


def test_a_selector_goes_on_with_new_answers(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "framework_selectors"):
        after = assemble_upon(assemble(STEPS, ANSWERING_SHOP), STEPS, MORE, tmp_path)
    asked = [example for example in MORE.examples if example.response_key]

    chosen = [
        parsed["response_selector"]["default"]["response"]["intent_response_key"]
        for parsed in after.parse([example.text for example in asked])
    ]

    assert chosen == [example.intent for example in asked]
    anew, finetuned = (int(record.args[1]) for record in caplog.records if "trained for" in record.msg)  # type: ignore[index, arg-type]
    assert finetuned <= anew


def test_two_finetunings_are_equal(tmp_path: Path) -> None:
    before = assemble(STEPS, ANSWERING_SHOP)
    one = assemble_upon(before, STEPS, MORE, tmp_path / "one").parse(["any gift paper?"])
    assert assemble_upon(before, STEPS, MORE, tmp_path / "other").parse(["any gift paper?"]) == one


def test_a_selector_that_had_nothing_to_learn_begins_anew(tmp_path: Path) -> None:
    nothing = NLUData(examples=examples(greet=["hello", "hi"], bye=["bye", "see you"]))
    after = assemble_upon(assemble(STEPS, nothing), STEPS, MORE, tmp_path)
    selection = after.parse(["is there gift paper"])[0]["response_selector"]["default"]
    assert selection["response"]["intent_response_key"] == "faq/gifts"
