"""The bots that the how-tos on repair, hand-over and languages write out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from framework.bot.bot import Bot, BotPaths
from framework.bot.reader import read_bot
from framework.bot.validation import validate_bot
from framework.conversation.events import ConversationResumed
from framework.dialogue.channel import UserMessage
from tests.dialogue.talking import SENDER, ActionsInProcess, Talk, assistant_of
from tests.docs.snippets import write_files

UNCLEAR: dict[str, Any] = {
    "text": "my shoes are broken",
    "intent": {"name": "nlu_fallback", "confidence": 0.6},
    "entities": [],
    "intent_ranking": [{"name": "nlu_fallback", "confidence": 0.6}, {"name": "return_item", "confidence": 0.5}],
}


def bot_of_page(name: str, folder: Path) -> Bot:
    write_files(f"docs/how-to/{name}.md", folder)
    return read_bot(BotPaths(folder=folder))


@pytest.mark.parametrize("name", ["when-not-understood", "speak-several-languages"])
def test_the_bot_of_a_page_is_without_fault(tmp_path: Path, name: str) -> None:
    bot = bot_of_page(name, tmp_path)
    assert [*bot.problems, *validate_bot(bot)] == []


async def test_who_is_not_understood_is_asked_in_the_words_of_the_page(tmp_path: Path) -> None:
    talk = Talk(assistant_of(bot_of_page("when-not-understood", tmp_path)))
    message = UserMessage(text=UNCLEAR["text"], sender_id=SENDER, parse_data=UNCLEAR)
    await talk.processor.handle(message, talk.screen)
    assert talk.screen.messages[-1].text == "I am not sure. Is it about sending something back?"
    assert [button["title"] for button in talk.screen.messages[-1].buttons] == ["Yes, please", "Something else"]
    assert await talk.say("/out_of_scope") == ["Then please say it in other words."]
    assert await talk.say("/order_status") == ["It is on its way."]


async def test_the_bot_is_silent_from_the_hand_over_until_it_is_resumed(tmp_path: Path) -> None:
    def hand_over(_: Any) -> dict[str, Any]:
        return {"events": [{"event": "pause"}], "responses": [{"response": "utter_hand_over"}]}

    assistant = assistant_of(bot_of_page("hand-over", tmp_path))
    talk = Talk(assistant, own_actions=ActionsInProcess(action_hand_over=hand_over))
    assert await talk.say("/talk_to_a_person") == ["I am calling a colleague."]
    assert await talk.say("/greet") == []
    await talk.processor.append_events(SENDER, [ConversationResumed()])
    assert await talk.say("/greet") == ["Hello!"]


async def test_the_polyglot_goes_on_in_a_language_until_another_is_spoken(tmp_path: Path) -> None:
    talk = Talk(assistant_of(bot_of_page("speak-several-languages", tmp_path)))

    async def hear(intent: str, language: str) -> str | None:
        parsed = {"intent": {"name": intent, "confidence": 1.0}, "entities": [], "language": language}
        await talk.processor.handle(UserMessage(text="x", sender_id=SENDER, parse_data=parsed), talk.screen)
        return talk.screen.messages[-1].text

    assert await hear("greet", "de") == "Hallo! Was kann ich für dich tun?"
    assert talk.screen.messages[-1].buttons[0]["title"] == "Öffnungszeiten"
    assert await talk.say("/ask_hours") == ["Von neun bis fünf."]
    assert await hear("ask_hours", "en") == "From nine to five."
    await hear("choose_german", "en")
    assert await hear("ask_hours", "en") == "Von neun bis fünf."
