"""A bot message falls into the parts that messaging apps send."""

from __future__ import annotations

import pytest

from framework.dialogue.channel import BotMessage
from framework.server.parts import AttachmentPart, CustomPart, ImagePart, TextPart, parts_of

YES = [{"title": "yes", "payload": "/affirm"}]


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (BotMessage(), []),
        (BotMessage(text="   "), []),
        (BotMessage(text="one\n\ntwo\n\n\nthree "), [TextPart("one"), TextPart("two"), TextPart("three")]),
        (BotMessage(text="one\ntwo"), [TextPart("one\ntwo")]),
        (BotMessage(text="one\n\ntwo", buttons=YES), [TextPart("one\n\ntwo", YES)]),
        (BotMessage(text="ok?", quick_replies=YES), [TextPart("ok?", YES)]),
        (BotMessage(buttons=YES), [TextPart("", YES)]),
        (
            BotMessage(text="all", image="i.png", attachment={"file": 1}, custom={"a": 1}),
            [TextPart("all"), CustomPart({"a": 1}), ImagePart("i.png"), AttachmentPart({"file": 1})],
        ),
        (
            BotMessage(elements=[{"title": "Shoe", "subtitle": "red", "buttons": YES}, {"title": "Hat"}]),
            [TextPart("Shoe : red", YES), TextPart("Hat : ", [])],
        ),
    ],
    ids=["nothing", "blank", "paragraphs", "lines", "buttons", "quick replies", "only buttons", "all", "elements"],
)
def test_a_message_falls_into_its_parts(message, parts):
    assert parts_of(message) == parts
