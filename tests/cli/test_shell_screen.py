from __future__ import annotations

import io

import pytest
from rich.console import Console

from framework.cli.shell_explainer import TurnExplainer
from framework.cli.shell_screen import ShellScreen
from framework.conversation.events import UserUttered
from framework.dialogue.channel import BotMessage

BUTTONS = [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]


@pytest.fixture
def pipe() -> Console:
    return Console(file=io.StringIO(), width=200)


@pytest.fixture
def terminal() -> Console:
    return Console(file=io.StringIO(), width=40, force_terminal=True, color_system=None, legacy_windows=False)


def shown(console: Console) -> list[str]:
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


async def test_a_pipe_gets_plain_lines(pipe):
    await ShellScreen(pipe).send(
        "ada",
        BotMessage(
            text="Is [this] it?",
            image="https://example.com/map.png",
            buttons=BUTTONS,
            attachment={"type": "video", "payload": {"src": "https://example.com/film.mp4"}},
            custom={"score": 1},
        ),
    )

    assert shown(pipe) == [
        "Is [this] it?",
        "image: https://example.com/map.png",
        "attachment: https://example.com/film.mp4",
        '{"score": 1}',
        "  1. Yes",
        "  2. No",
    ]


async def test_a_long_answer_is_one_line_in_a_pipe(pipe):
    await ShellScreen(pipe).send("ada", BotMessage(text="word " * 200))

    assert len(shown(pipe)) == 1


async def test_a_terminal_gets_wrapped_lines_beside_the_speaker(terminal):
    await ShellScreen(terminal).send("ada", BotMessage(text="one two three four five six seven eight", buttons=BUTTONS))

    assert shown(terminal) == [
        "Bot   one two three four five six seven",
        "      eight",
        "       1 Yes",
        "       2 No",
    ]


async def test_the_number_of_a_button_sends_its_payload(pipe):
    screen = ShellScreen(pipe)
    await screen.send("ada", BotMessage(text="Sure?", buttons=BUTTONS))

    assert screen.take_choice("2") == "/deny"


async def test_numbers_go_on_through_the_messages_of_a_turn(pipe):
    screen = ShellScreen(pipe)
    await screen.send("ada", BotMessage(text="Sure?", buttons=BUTTONS))
    await screen.send("ada", BotMessage(quick_replies=[{"title": "Later"}]))

    assert shown(pipe)[-1] == "  3. Later"
    assert screen.take_choice("3") == "Later"


@pytest.mark.parametrize("typed", ["0", "3", "two", "²", ""])
async def test_what_is_no_number_of_a_button_is_a_message(pipe, typed):
    screen = ShellScreen(pipe)
    await screen.send("ada", BotMessage(text="Sure?", buttons=BUTTONS))

    assert screen.take_choice(typed) == typed


async def test_buttons_can_be_pressed_only_until_the_next_message(pipe):
    screen = ShellScreen(pipe)
    await screen.send("ada", BotMessage(text="Sure?", buttons=BUTTONS))
    screen.take_choice("what?")

    assert screen.take_choice("1") == "1"


def test_the_meaning_of_a_message_is_explained():
    said: list[str] = []
    parsed = {
        "intent": {"name": "travel", "confidence": 0.91},
        "intent_ranking": [{"name": "travel", "confidence": 0.91}, {"name": "greet", "confidence": 0.052}],
        "entities": [{"entity": "city", "value": "Rome", "role": "to", "extractor": "DIETClassifier"}],
    }

    TurnExplainer(said.append).message_understood(UserUttered(text="to rome", parse_data=parsed))

    assert said == [
        "  intent  travel 0.91  (then greet 0.05)",
        "  entity  city = 'Rome'  (role to, DIETClassifier)",
    ]
