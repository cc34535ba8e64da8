from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from framework.bot.domain import Domain
from framework.bot.languages import in_language
from framework.conversation.events import BotUttered, Event, SessionStarted, SlotSet, UserUttered
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


GREETINGS = """
responses:
  utter_greet:
  - text: one
  - text: two
  - text: three
    id: third
  - text: on slack
    channel: slack
"""


async def said_in_turn(domain: Domain, times: int, *, seed: int | str | None = None, sender: str = "ann") -> list[str]:
    """What a response comes out as, again and again in one conversation."""
    responses, tracker = TemplateResponses(domain, seed=seed), Tracker(sender, domain)
    said = []
    for _ in range(times):
        response = await responses.generate("utter_greet", tracker, "rest", {})
        assert response is not None
        said.append(response["text"])
        tracker.apply(bot_event(response, utter_action="utter_greet"))
    return said


async def test_the_variation_that_was_said_last_is_not_said_again(tmp_path: Path) -> None:
    said = await said_in_turn(bot_of(tmp_path, GREETINGS).domain, 200)
    assert set(said) == {"one", "two", "three"}
    assert all(text != following for text, following in pairwise(said))


async def test_a_seed_gives_every_conversation_the_same_variations(tmp_path: Path) -> None:
    domain = bot_of(tmp_path, GREETINGS).domain
    said = await said_in_turn(domain, 30, seed=42)
    assert said == await said_in_turn(domain, 30, seed="42", sender="bob")
    assert said != await said_in_turn(domain, 30, seed=43)
    assert set(said) == {"one", "two", "three"}


async def test_a_seed_goes_on_the_same_where_only_the_session_is_loaded(tmp_path: Path) -> None:
    domain = bot_of(tmp_path, GREETINGS).domain
    responses = TemplateResponses(domain, seed=1)
    earlier = [BotUttered(text="one", metadata={"utter_action": "utter_greet", "variation": 0})]
    session: list[Event] = [SessionStarted(), BotUttered(text="two", metadata={"utter_action": "x", "variation": 1})]
    whole, loaded = Tracker.from_events("a", domain, [*earlier, *session]), Tracker.from_events("a", domain, session)
    assert await responses.generate("utter_greet", whole, "rest", {}) == await responses.generate(
        "utter_greet", loaded, "rest", {}
    )


async def test_the_only_variation_is_said_again_and_has_no_number(tmp_path: Path) -> None:
    responses = TemplateResponses(bot_of(tmp_path, GREETINGS).domain)
    tracker = Tracker("ann", bot_of(tmp_path, GREETINGS).domain)
    for _ in range(2):
        response = await responses.generate("utter_greet", tracker, "slack", {})
        assert response == {"text": "on slack", "channel": "slack"}
        tracker.apply(bot_event(response, utter_action="utter_greet"))


LANGUAGES = """
slots:
  language: {type: text, mappings: [{type: custom}]}
  name: {type: text, initial_value: Ada, mappings: [{type: custom}]}
responses:
  utter_ask:
  - text: {en: "What size, {name}?", de: "Welche Größe, {name}?", pt-BR: "Que tamanho, {name}?"}
    buttons:
    - title: {en: "Small, {name}", de: Klein}
      payload: /small
    - {title: L, payload: /large}
    quick_replies:
    - {title: {de: Weiß nicht}, payload: /unsure}
"""


def heard(language: str | None) -> UserUttered:
    return UserUttered(text="x", parse_data={"language": language} if language else {})


async def asked(folder: Path, *events: Event, language: str | None = None) -> Response:
    domain = bot_of(folder, LANGUAGES).domain
    tracker = Tracker.from_events("ann", domain, events)
    response = await TemplateResponses(domain, language=language).generate("utter_ask", tracker, "rest", {})
    assert response is not None
    return response


@pytest.mark.parametrize(
    ("events", "bots_language", "text"),
    [
        ([heard("de")], "en", "Welche Größe, Ada?"),
        ([heard("de"), heard(None)], "en", "Welche Größe, Ada?"),
        ([heard("de"), heard("en")], "de", "What size, Ada?"),
        ([heard("de"), SlotSet(name="language", value="en")], "de", "What size, Ada?"),
        (
            [heard("de"), SlotSet(name="language", value="en"), SlotSet(name="language", value=None)],
            "en",
            "Welche Größe, Ada?",
        ),
        ([heard("pt")], "en", "Que tamanho, Ada?"),
        ([heard("de-AT")], "en", "Welche Größe, Ada?"),
        ([heard("DE_at")], "en", "Welche Größe, Ada?"),
        ([heard("fr")], "de", "Welche Größe, Ada?"),
        ([heard("fr")], "zh", "What size, Ada?"),
        ([], None, "What size, Ada?"),
    ],
)
async def test_a_text_is_said_in_the_language_of_the_conversation(
    tmp_path: Path, events: list[Event], bots_language: str | None, text: str
) -> None:
    assert (await asked(tmp_path, *events, language=bots_language))["text"] == text


async def test_titles_of_buttons_have_languages_of_their_own(tmp_path: Path) -> None:
    response = await asked(tmp_path, heard("pt"), language="en")
    assert response["buttons"] == [{"title": "Small, Ada", "payload": "/small"}, {"title": "L", "payload": "/large"}]
    assert response["quick_replies"] == [{"title": "Weiß nicht", "payload": "/unsure"}]


@pytest.mark.parametrize(("wanted", "value"), [("pt", 2), ("pt-PT", 1), ("pt-AO", 2), ("pt-BR-x", 3), ("en", 1)])
def test_the_nearest_variety_of_a_language_is_found(wanted: str, value: int) -> None:
    values = {"pt-PT": 1, "pt": 2, "pt-BR": 3}
    assert in_language(values, [wanted]) == value
