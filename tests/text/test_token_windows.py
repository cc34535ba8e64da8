from __future__ import annotations

import numpy as np
import pytest

from framework.api import Repeats
from framework_text.token_windows import Look, Row, TokenWindows


def look_of(token: str, tag: str | None) -> Look:
    return ((ord(token),),)


def row_of(window: list[Look], before: int, behind: int) -> Row:
    """The characters of the tokens in the window that belong to the message."""
    half = len(window) // 2
    return tuple(look[0][0] for place, look in enumerate(window) if -before <= place - half <= behind)


def windows_in(messages: list[str], places: int) -> list[str]:
    half = places // 2
    return [message[max(0, at - half) : at + half + 1] for message in messages for at in range(len(message))]


@pytest.mark.parametrize("places", [1, 3, 5, 9])
def test_every_token_gets_the_row_of_its_window(places: int) -> None:
    messages = ["abcabc", "", "a", "bc", "abcab"]
    offsets = np.concatenate(([0], np.cumsum([len(message) for message in messages])))
    windows = TokenWindows(places, look_of, row_of)
    text = "".join(messages)
    rows = windows.rows([(char, None) for char in text], offsets)
    assert ["".join(map(chr, row)) for row in rows] == windows_in(messages, places)
    repeats = windows.repeats(Repeats.of([(char, None) for char in text]), offsets)
    assert [repeats.keys[number] for number in repeats.numbers.tolist()] == rows


def test_no_messages_have_no_rows() -> None:
    assert TokenWindows(3, look_of, row_of).rows([], np.array([0])) == []
