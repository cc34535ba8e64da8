from __future__ import annotations

from pathlib import Path

import pytest

from framework.conversation.events import SlotSet
from framework.conversation.tracker import Tracker
from framework.dialogue.interpolation import interpolate
from framework.dialogue.messages import bot_event, bot_message
from framework.dialogue.responses import Response, TemplateResponses
from tests.dialogue.talking import bot_of

DOMAIN = """
intents: [greet]
slots:
  name:
    type: text
    mappings: [{type: from_text}]
  level:
    type: categorical
    values: [gold, silver]
    mappings: [{type: custom}]
responses:
  utter_greet:
  - text: Hello
  - text: Hello on slack
    channel: slack
  - text: Hello, dear member
    condition: [{type: slot, name: level, value: Gold}]
  - text: Hello, dear member on slack
    channel: slack
    condition: [{type: slot, name: level, value: Gold}]
  utter_only_slack:
  - text: Hello on slack
    channel: slack
  utter_rich:
  - text: "{name}, choose"
    buttons:
    - {title: "I am {name}", payload: '/greet{{"name": "{name}"}}'}
    custom: {card: {title: "For {name}", size: 3}}
    channel: web
    id: rich_1
"""


async def generate(folder: Path, response: str, channel: str, **slots: str) -> Response | None:
    domain = bot_of(folder, DOMAIN).domain
    tracker = Tracker("someone", domain)
    tracker.apply_all(SlotSet(name=name, value=value) for name, value in slots.items())
    return await TemplateResponses(domain).generate(response, tracker, channel, {})


@pytest.mark.parametrize(
    ("channel", "level", "said"),
    [
        ("slack", "gold", "Hello, dear member on slack"),
        ("slack", "silver", "Hello on slack"),
        ("rest", "gold", "Hello, dear member"),
        ("rest", "silver", "Hello"),
    ],
)
async def test_the_most_specific_variation_is_said(tmp_path: Path, channel: str, level: str, said: str) -> None:
    assert await generate(tmp_path, "utter_greet", channel, level=level) == {
        "text": said,
        **({"channel": channel} if "slack" in said else {}),
    }


async def test_there_is_no_response_where_no_variation_fits(tmp_path: Path) -> None:
    assert await generate(tmp_path, "utter_only_slack", "rest") is None
    assert await generate(tmp_path, "utter_unknown", "rest") is None


async def test_slots_are_filled_into_all_parts_of_a_response(tmp_path: Path) -> None:
    assert await generate(tmp_path, "utter_rich", "web", name="Ada") == {
        "text": "Ada, choose",
        "buttons": [{"title": "I am Ada", "payload": '/greet{"name": "Ada"}'}],
        "custom": {"card": {"title": "For Ada", "size": 3}},
        "channel": "web",
        "id": "rich_1",
    }


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{a} and {b}", "1 and None"),
        ("{{a}} stays", "{a} stays"),
        ("{unknown} and {a}", "{unknown} and {a}"),
        ("no braces", "no braces"),
        ("a lone } or { is left", "a lone } or { is left"),
        ("{a\n}", "{a\n}"),
        ('/order{"tea": "{a}"}', '/order{"tea": "1"}'),
    ],
)
def test_a_text_is_filled_or_left_as_it_is(text: str, filled: str) -> None:
    assert interpolate(text, {"a": 1, "b": None}) == filled


def test_a_response_becomes_an_event_and_then_a_message() -> None:
    event = bot_event(
        {"text": "Look", "image": "cat.png", "button_type": "inline", "id": "x"}, utter_action="utter_cat"
    )
    assert event.data["image"] == event.data["attachment"] == "cat.png"
    assert event.metadata == {"button_type": "inline", "id": "x", "utter_action": "utter_cat"}
    message = bot_message(event)
    assert (message.text, message.image, message.attachment, message.button_type) == ("Look", "cat.png", None, "inline")
    assert message.metadata["utter_action"] == "utter_cat"
