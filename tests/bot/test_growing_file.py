from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from framework.bot.growing_file import GrowingFile
from framework.errors import BotError

STORY = {"story": "new", "steps": [{"intent": "greet"}, {"slot_was_set": [{"tea": "mint"}]}]}


def growing(text: str | None) -> GrowingFile:
    return GrowingFile(Path("file.yml"), text)


def removed_and_added(file: GrowingFile) -> tuple[list[str], list[str]]:
    lines = file.diff()
    return [line[1:] for line in lines if line.startswith("-")], [line[1:] for line in lines if line.startswith("+")]


def test_a_story_goes_to_the_end_of_the_stories_and_before_what_follows_them():
    file = growing(
        'version: "3.1"\n'
        "stories:\n"
        "# the first\n"
        "- story: one   # so called\n"
        "  steps:\n"
        "  - intent: greet\n"
        "  # nothing more\n"
        "\n"
        "# the rules\n"
        "rules:\n"
        "- rule: two\n"
        "  steps: [{intent: bye}]\n"
    )

    file.add_items("stories", [STORY], spaced=True)

    assert file.text == (
        'version: "3.1"\n'
        "stories:\n"
        "# the first\n"
        "- story: one   # so called\n"
        "  steps:\n"
        "  - intent: greet\n"
        "  # nothing more\n"
        "\n"
        "- story: new\n"
        "  steps:\n"
        "  - intent: greet\n"
        "  - slot_was_set:\n"
        "    - tea: mint\n"
        "\n"
        "# the rules\n"
        "rules:\n"
        "- rule: two\n"
        "  steps: [{intent: bye}]\n"
    )


def test_what_is_added_is_written_as_the_file_is():
    file = growing(
        "stories:\n\n    - story: one\n      steps:\n          - intent: greet\n    - story: two\n      steps: []"
    )

    file.add_items("stories", [STORY], spaced=True)

    assert removed_and_added(file) == (
        [],
        [
            "    - story: new",
            "      steps:",
            "        - intent: greet",
            "        - slot_was_set:",
            "            - tea: mint",
        ],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("intents:\n- a\n- b: {use_entities: []}\n", "intents:\n- a\n- b: {use_entities: []}\n- c\n- d\n"),
        ("intents: [a, b]  # two\n", "intents: [a, b, c, d]  # two\n"),
        ("intents: [\n  a,\n  b\n]\n", "intents: [\n  a,\n  b, c, d\n]\n"),
        ("intents: []\nactions: [x]\n", "intents:\n- c\n- d\nactions: [x]\n"),
        ("intents:   # none yet\nactions: [x]\n", "intents:   # none yet\n- c\n- d\nactions: [x]\n"),
        ("actions: [x]\n", "actions: [x]\n\nintents:\n- c\n- d\n"),
        ("", "intents:\n- c\n- d\n"),
        ("# nothing\n", "# nothing\n\nintents:\n- c\n- d\n"),
        ("intents:\r\n  - a\r\n  - b\r\n", "intents:\r\n  - a\r\n  - b\r\n  - c\r\n  - d\r\n"),
        ("\ufeffintents:\n- a\n- b", "\ufeffintents:\n- a\n- b\n- c\n- d\n"),
    ],
    ids=["lines", "brackets", "several lines", "empty", "null", "missing", "no text", "comment", "CRLF", "mark"],
)
def test_names_go_to_their_list_however_it_is_written(text, expected):
    file = growing(text)

    file.add_items("intents", ["c", "d"])

    assert file.text == expected


def test_responses_keep_the_distance_that_others_have():
    file = growing("responses:\n  utter_a:\n  - text: A\n\n  utter_b:\n  - text: B\nslots: {}\n")

    file.add_entries("responses", {"utter_c": [{"text": "Say: C"}]})

    assert file.text == (
        "responses:\n  utter_a:\n  - text: A\n\n  utter_b:\n  - text: B\n\n  utter_c:\n  - text: 'Say: C'\nslots: {}\n"
    )


NLU = """\
nlu:
# hello
- intent: greet
  examples: |
    - hello
    - [hi](word)

- intent: faq/price
  examples:
  - text: |
      how much
    metadata: dear
- intent: bye
  examples: |-
      - bye


"""


@pytest.mark.parametrize(
    ("intent", "added"),
    [
        ("greet", ["    - good [day](word)", "    - - dash"]),
        ("faq/price", ["  - text: good [day](word)", "  - text: '- dash'"]),
        ("bye", ["      - good [day](word)", "      - - dash"]),
        ("other", ["", "- intent: other", "  examples: |", "    - good [day](word)", "    - - dash"]),
    ],
    ids=["a block", "a list", "the end of the file", "a new intent"],
)
def test_examples_go_to_their_intent(intent, added):
    file = growing(NLU)

    file.add_examples(intent, ["good [day](word)", "- dash"])

    removed, found = removed_and_added(file)
    assert (removed, sorted(found)) == ([], sorted(added))


def test_an_example_that_is_no_line_is_written_as_one_item_of_a_list():
    file = growing(NLU)

    file.add_examples("greet", ["two\nlines"])

    assert yaml.safe_load(file.text)["nlu"][-1] == {"intent": "greet", "examples": ["two\nlines"]}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{intents: [a]}", "is not a table of keys, one below the other"),
        ("intents: all\n", "'intents' has a text as its value"),
        ("intents:\n  a: 1\n", "'intents' has a mapping as its value"),
    ],
)
def test_a_file_that_cannot_be_added_to_is_refused_and_stays(text, complaint):
    file = growing(text)

    with pytest.raises(BotError, match=complaint):
        file.add_items("intents", ["c"])

    assert not file.is_changed


def test_nothing_is_written_before_it_is_saved(tmp_path):
    path = tmp_path / "data" / "stories.yml"
    file = GrowingFile.open(path)
    file.add_items("stories", [STORY], spaced=True)
    assert not path.exists()

    file.save()

    assert path.read_text().startswith('version: "3.1"\n\nstories:\n- story: new\n')
    assert [each.name for each in path.parent.iterdir()] == ["stories.yml"]


def test_saving_keeps_the_rights_of_a_file_and_what_a_link_points_to(tmp_path):
    path, link = tmp_path / "domain.yml", tmp_path / "link.yml"
    path.write_text("intents:\n- a\n")
    path.chmod(0o640)
    link.symlink_to(path)
    file = GrowingFile.open(link)
    file.add_items("intents", ["b"])

    file.save()

    assert link.is_symlink()
    assert path.read_text() == "intents:\n- a\n- b\n"
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "bot",
    [
        "RasaHQ__carbon-bot",
        "RasaHQ__financial-demo",
        "AlazabDev__alazab-rasa",
        "Dustyposa__rasa_ch_faq",
        "RasaHQ__rasa__examples_e2ebot",
        "PerfectFit-project__virtual-coach-rasa__Rasa_Bot",
    ],
)
def test_files_of_real_bots_only_gain_lines(shared, bot):
    for path in sorted((shared / "bots" / bot).rglob("*.yml")):
        text = path.read_bytes().decode()
        content = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        if not isinstance(content, dict):
            continue
        file = GrowingFile(path, text)
        if content.get("stories"):
            file.add_items("stories", [STORY], spaced=True)
        if content.get("responses"):
            file.add_entries("responses", {"utter_new": [{"text": "New"}]})
        for item in (content.get("nlu") or [])[:3]:
            if item.get("intent"):
                file.add_examples(item["intent"], ["a new [example](entity)"])

        assert removed_and_added(file)[0] == []
