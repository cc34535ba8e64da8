from __future__ import annotations

from dataclasses import replace as replace_target
from pathlib import Path

import pytest
from msgspec.structs import replace

from framework.authoring.write_back import Lessons, rescue, usual_targets, write_back
from framework.bot.bot import Bot, BotPaths
from framework.bot.domain import ResponseVariation
from framework.bot.nlu_data import EntityAnnotation, Example
from framework.bot.reader import find_bot_files, read_bot
from framework.bot.stories import ActionStep, StepEntity, Story, UserStep

FILES = {
    "config.yml": "language: en\n",
    "domain/intents.yml": "intents:\n- greet\n- faq\n",
    "domain/answers.yml": "responses:\n  utter_greet:\n  - text: Hi\n",
    "data/a_chat.yml": (
        "nlu:\n- intent: greet\n  examples: |\n    - hi\n- intent: faq/hours\n  examples: |\n    - when are you open\n"
    ),
    "data/b_more.yml": "nlu:\n- intent: faq/price\n  examples: |\n    - how much\n",
    "data/stories/first.yml": "stories:\n- story: one\n  steps:\n  - intent: greet\n  - action: utter_greet\n",
    "data/stories/last.yml": "stories:\n- story: two\n  steps:\n  - intent: faq\n  - action: utter_faq\n",
    "data/stories/rules.yml": "rules:\n- rule: three\n  steps:\n  - intent: faq\n  - action: utter_faq\n",
}


@pytest.fixture
def bot(tmp_path, monkeypatch) -> Bot:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return read_bot(BotPaths(domain=(Path("domain"),)))


def added(lessons: Lessons, bot: Bot) -> dict[str, list[str]]:
    """The lines that each file gains."""
    files = find_bot_files(bot.paths)
    grown = write_back(lessons.new_to(bot), bot, files, usual_targets(files, bot))
    assert not any(line.startswith("-") for file in grown for line in file.diff())
    return {str(file.path): [line[1:] for line in file.diff() if line.startswith("+")] for file in grown}


def test_everything_goes_to_where_its_like_is(bot):
    domain = replace(bot.domain, responses={**bot.domain.responses, "utter_new": (ResponseVariation(text="New"),)})
    steps = (
        UserStep(intent="ask_new", entities=(StepEntity(entity="thing", value="tea"),)),
        ActionStep(name="utter_new"),
    )
    examples = (
        Example(text="what time do you close", intent="faq/hours"),
        Example(text="price", intent="faq/price"),
        Example(
            text="new tea", intent="ask_new", entities=(EntityAnnotation(entity="thing", start=4, end=7, value="tea"),)
        ),
    )

    assert added(Lessons((Story(name="three", steps=steps),), examples, domain), bot) == {
        "data/stories/last.yml": [
            "",
            "- story: three",
            "  steps:",
            "  - intent: ask_new",
            "    entities:",
            "    - thing: tea",
            "  - action: utter_new",
        ],
        "data/a_chat.yml": [
            "    - what time do you close",
            "- intent: ask_new",
            "  examples: |",
            "    - new [tea](thing)",
        ],
        "data/b_more.yml": ["    - price"],
        "domain/intents.yml": ["- ask_new", "", "entities:", "- thing"],
        "domain/answers.yml": ["", "  utter_new:", "  - text: New"],
    }


def test_what_is_there_already_is_left_out_and_what_is_said_twice_is_written_once(bot):
    known = Story(name="again", steps=(UserStep(intent="greet"), ActionStep(name="utter_greet")))
    new = (UserStep(intent="greet"), ActionStep(name="action_listen"), ActionStep(name="utter_greet"))
    stories = (known, Story(name="a", steps=new), Story(name="b", steps=new))
    examples = (
        Example(text="hi", intent="greet"),
        Example(text="hey", intent="greet"),
        Example(text="hey", intent="greet"),
    )

    news = Lessons(stories, examples, bot.domain).new_to(bot)

    assert [story.name for story in news.stories] == ["a"]
    assert news.examples == (Example(text="hey", intent="greet"),)
    assert not news.grows(bot.domain)


def test_a_file_that_is_named_in_two_ways_gets_everything(bot):
    files = find_bot_files(bot.paths)
    targets = replace_target(usual_targets(files, bot), stories=Path("./data/../data/b_more.yml"))
    story = Story(name="one", steps=(UserStep(intent="greet"), ActionStep(name="action_listen")))
    lessons = Lessons((story,), (Example(text="price", intent="faq/price"),), bot.domain)

    [file] = write_back(lessons, bot, files, targets)

    assert "    - price" in file.text
    assert "- story: one" in file.text


def test_a_bot_without_such_files_gets_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "config.yml").write_text("language: en\n")
    (tmp_path / "domain.yml").write_text('version: "3.1"\n')
    bot = read_bot(BotPaths())
    story = Story(name="one", steps=(UserStep(intent="greet"), ActionStep(name="action_wave")))

    found = added(Lessons((story,), (Example(text="hi", intent="greet"),), bot.domain), bot)

    assert list(found) == ["data/stories.yml", "data/nlu.yml", "domain.yml"]
    assert found["data/nlu.yml"] == ['version: "3.1"', "", "nlu:", "- intent: greet", "  examples: |", "    - hi"]
    assert found["domain.yml"] == ["", "intents:", "- greet", "", "actions:", "- action_wave"]


def test_a_rescue_has_everything_in_one_file_that_reads_as_training_data(bot, tmp_path):
    story = Story(name="one", steps=(UserStep(intent="greet"), ActionStep(name="action_wave")))
    path = tmp_path / "aside" / "session.yml"

    rescue(Lessons((story,), (Example(text="hey", intent="greet"),), bot.domain), bot, path).save()

    again = read_bot(BotPaths(domain=(Path("domain"),), data=(path,)))
    assert [each.name for each in again.stories.stories] == ["one"]
    assert [(each.text, each.intent) for each in again.nlu.examples] == [("hey", "greet")]
