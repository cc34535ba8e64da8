from __future__ import annotations

import contextlib
import difflib
import io
import json
import os
import shutil
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot
from framework.cli.main import main
from tests.authoring.tea_room import FILES, write_tea_room


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tea-room")
    write_tea_room(folder)
    with contextlib.chdir(folder):
        assert main(["train"]) == 0
    return folder


@pytest.fixture
def bot(trained, tmp_path, monkeypatch) -> Iterator[Path]:
    """A bot of this test's own, with a model."""
    folder = tmp_path / "bot"
    shutil.copytree(trained, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    yield folder
    sys.modules.pop("actions", None)


@pytest.fixture
def talk(bot, monkeypatch, capsys):
    """Answers the questions of a session, one line each; returns what was printed, line by line."""

    def run(*answers: str, flags: tuple[str, ...] = ("-m", "models"), command: tuple[str, ...] = ()) -> list[str]:
        lines = "".join(f"{answer}\n" for answer in answers).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
        capsys.readouterr()
        assert main(["interactive", *command, "--skip-visualization", *flags]) == 0
        sys.modules.pop("actions", None)
        return capsys.readouterr().out.splitlines()

    return run


EXPORT = (":export", "", "", "", "", "", "")
"""Takes every default: names, files, and yes. Empty lines that are left over say nothing."""


def changes() -> dict[str, list[str]]:
    """What the bot's files have gained and lost, by file."""
    found = {}
    for name, before in FILES.items():
        after = Path(name).read_text()
        lines = difflib.ndiff(before.splitlines(), after.splitlines())
        changed = [line[0] + line[2:] for line in lines if line[0] in "+-"]
        if changed:
            found[name] = changed
    return found


def steps(name: str) -> list[str]:
    """The steps of a story that is in the files now, in a few words each."""
    [story] = [story for story in read_bot(BotPaths()).stories.stories if story.name == name]
    return [
        str(getattr(step, "intent", None) or getattr(step, "name", None))
        + "".join(f" {entity.entity}={entity.value}" for entity in getattr(step, "entities", ()))
        for step in story.steps
    ]


def test_a_conversation_that_goes_right_is_confirmed_step_by_step(talk):
    assert talk("hello", "", "", "", ":quit", "no") == [
        "  intent  greet 1.00",
        "? Is that what it means? [yes | no, another intent | no, other entities]",
        "? Next: utter_greet 1.00 MemoizationPolicy: story 'come in'. Right? [yes | no, another action]",
        "Welcome!",
        "? Next: action_listen 1.00 MemoizationPolicy: story 'come in' (wait for the user). Right? [yes | no, another action]",
    ]


def test_what_is_in_the_files_already_is_not_written_again(talk):
    assert talk("hello", "", "", "", ":export")[-1] == "There is nothing new to write."
    assert changes() == {}


def test_a_form_runs_with_the_bots_own_action_and_only_lines_are_added(talk):
    printed = talk("please", "", "", "", "mint tea please", "", "", "", "", *EXPORT, ":quit")

    assert "Here is your mint tea." in printed
    assert changes() == {
        "data/nlu.yml": ["+    - [mint tea](tea) please"],
        "data/stories.yml": [
            "+",
            "+- story: interactive_story_1",
            "+  steps:",
            "+  - intent: order",
            "+  - action: tea_form",
            "+  - active_loop: tea_form",
            "+  - slot_was_set:",
            "+    - tea: mint tea",
            "+  - active_loop: null",
            "+  - action: action_pour",
            "+  - slot_was_set:",
            "+    - paid: true",
        ],
    }


def test_intent_entities_and_action_can_be_put_right(talk):
    talk(
        *("a cuppa if you please", "entities", "a [cuppa](tea:black tea) if you please", "", "", "", ""),
        *("what does it cost", "ask_price", "", "no", "utter_price", "no", "action_listen"),
        *EXPORT,
        ":quit",
    )

    assert steps("interactive_story_1")[:3] == ["order tea=black tea", "tea", "tea_form"]
    assert steps("interactive_story_1")[-2:] == ["ask_price", "utter_price"]
    assert changes()["data/nlu.yml"] == [
        "+    - a [cuppa](tea:black tea) if you please",
        "+    - what does it cost",
    ]


def test_a_digression_inside_a_form_is_learned(talk, monkeypatch, capsys):
    talk(
        *("please", "", "", "", "how much", "", "no", "utter_price", "no", "tea_form", ""),
        *("mint tea", "order", "", "", "", "", *EXPORT, ":quit"),
    )
    assert steps("interactive_story_1")[:6] == ["order", "tea_form", "tea_form", "ask_price", "utter_price", "tea_form"]

    assert main(["train"]) == 0
    capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", io.StringIO("please\nhow much\nmint tea\n"))
    assert main(["shell"]) == 0

    assert capsys.readouterr().out.splitlines() == ["Which tea?", "Three.", "Which tea?", "Here is your mint tea."]


def test_an_action_that_is_doubtful_is_not_proposed(talk):
    printed = talk("hello", "", "no", "utter_price", "", "action_listen", ":quit", "no")

    assert "? Next: action_default_fallback 0.30 RulePolicy. Right? [no, another action | yes]" in printed


def test_new_intents_entities_responses_and_actions_go_to_the_domain(talk):
    printed = talk(
        *("open on sunday", "+", "ask_hours", "entities", "open on [sunday](day)", ""),
        *("no", "+", "utter_hours", "From ten.", "no", "+", "action_note", "no", "action_listen"),
        *EXPORT,
        ":quit",
    )

    assert "From ten." in printed
    assert "  action_note has no code yet; it is noted as if it had run" in printed
    assert changes()["domain.yml"] == [
        "-intents: [greet, order, ask_price]",
        "+intents: [greet, order, ask_price, ask_hours]",
        "+- day",
        "+- action_note",
        "+",
        "+  utter_hours:",
        "+  - text: From ten.",
    ]
    assert steps("interactive_story_1") == ["ask_hours day=sunday", "utter_hours", "action_note"]
    assert [problem for problem in read_bot(BotPaths()).problems if problem.severity == "error"] == []


def test_the_step_before_can_be_taken_back(talk):
    printed = talk("hello", "", "no", "utter_price", ":undo", "", "", *EXPORT[:2], ":quit")

    assert "The last step is taken back." in printed
    assert printed[-1] == "There is nothing new to write."


def test_a_message_that_is_taken_back_is_no_example(talk):
    talk("brilliant", "greet", "", ":undo", "hello", "", "", "", ":export", ":quit")

    assert changes() == {}


def test_a_fork_keeps_both_conversations(talk):
    talk(
        *("hello", "", "", ""),
        *("how much", "", "no", "utter_price", "no", "action_listen"),
        *(":fork", "2", "how much", "", "no", "utter_ask_tea", "no", "action_listen"),
        *(":export", "", "other_answer", "", "", ":quit"),
    )

    assert steps("interactive_story_1") == ["greet", "utter_greet", "ask_price", "utter_price"]
    assert steps("other_answer") == ["greet", "utter_greet", "ask_price", "utter_ask_tea"]


def test_a_restart_begins_a_new_conversation_and_keeps_the_old_one(talk):
    talk(
        *("how much", "", "no", "utter_price", "no", "action_listen", ":restart"),
        *("hello", "", "no", "utter_ask_tea", "no", "action_listen"),
        *(":export", "", "", "", "", ":quit"),
    )

    assert steps("interactive_story_1") == ["ask_price", "utter_price"]
    assert steps("interactive_story_2") == ["greet", "utter_ask_tea"]


def test_the_bots_own_restart_ends_a_story(talk):
    talk(
        *("hello", "", "no", "utter_price", "no", "action_listen", "/restart", ""),
        *("how much", "", "no", "utter_price", "no", "action_listen"),
        *(*EXPORT, ":quit"),
    )

    assert steps("interactive_story_1") == ["greet", "utter_price", "restart", "action_restart"]
    assert steps("interactive_story_2") == ["ask_price", "utter_price"]


def test_one_can_export_and_go_on(talk):
    talk(
        *("how much", "", "no", "utter_price", "no", "action_listen", *EXPORT[:4]),
        *("hello", "", "no", "utter_greet", "no", "action_listen", *EXPORT[:4], ":quit"),
    )

    assert steps("interactive_story_1") == ["ask_price", "utter_price"]
    assert steps("interactive_story_2") == ["ask_price", "utter_price", "greet", "utter_greet"]


def test_a_turn_that_is_not_over_is_left_out_of_the_story(talk):
    printed = talk("hello", "", "no", "utter_price", "no", "action_listen", "how much", "", *EXPORT[:4], ":quit")

    assert "The bot's turn is not over; the story ends before it." in printed
    assert steps("interactive_story_1") == ["greet", "utter_price"]


def test_what_was_not_exported_when_the_input_ends_is_put_aside(talk):
    printed = talk("gimme", "order", "")

    aside = Path(printed[-1].removeprefix("What was not exported is in "))
    assert aside.parent == Path(".framework/interactive")
    assert "- intent: order\n  examples: |\n    - gimme\n" in aside.read_text()
    assert changes() == {}


def test_leaving_asks_what_to_do_with_what_is_new(talk):
    assert talk("gimme", "order", "", ":quit", "no")[-1].startswith("? Export what was taught before leaving?")
    assert not Path(".framework/interactive").exists()
    assert changes() == {}


def test_files_can_be_chosen(talk):
    talk(
        *(
            "gimme",
            "order",
            "",
            "",
            "",
            ":export",
            "",
            "no file",
            "data/new/stories.yml",
            "data/new/nlu.yml",
            "",
            ":quit",
        )
    )

    assert changes() == {}
    assert "- story: interactive_story_1" in Path("data/new/stories.yml").read_text()
    assert Path("data/new/nlu.yml").read_text().endswith("- intent: order\n  examples: |\n    - gimme\n")
    assert len(read_bot(BotPaths()).stories.stories) == 2


def test_the_words_of_the_user_go_into_the_stories_if_wanted(talk):
    talk(
        "how much is mint tea",
        "",
        "no",
        "utter_price",
        "no",
        "action_listen",
        *EXPORT,
        ":quit",
        flags=("-m", "models", "--e2e"),
    )

    assert "+  - user: how much is [mint tea](tea)" in changes()["data/stories.yml"]


def test_a_model_is_trained_first_if_none_is_named(talk, bot):
    shutil.rmtree(bot / "models")

    printed = talk("hello", "", "", "", ":quit", "no", flags=())

    assert "Welcome!" in printed
    assert len(list((bot / "models").iterdir())) == 1


def test_intents_are_enough_for_core(talk):
    printed = talk(
        "/greet", "", "", "hello", "greet", "", "no", "utter_greet", ":quit", "no", command=("core",), flags=()
    )

    assert printed.count("Welcome!") == 2
    assert "? Which intent? [greet | order | ask_price | restart | back | …]" in printed


def test_the_bots_memory_can_be_looked_at(talk):
    printed = talk("mint tea please", "", ":slots", ":quit", "no")

    assert any("tea" in line and "'mint tea'" in line for line in printed)


def test_an_answer_that_is_none_of_the_options_is_asked_for_again(talk):
    printed = talk("hello", "maybe", "y", ":nonsense", ":quit", "no")

    assert "! 'maybe' is none of them" in printed
    assert "There is no command :nonsense." in printed


def test_a_page_shows_the_conversation_as_it_goes_on(bot, monkeypatch, capsys):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    seen = []

    class Answers(io.TextIOWrapper):
        def readline(self, *_):  # type: ignore[override]
            line = super().readline()
            if line == ":quit\n":
                address = f"http://127.0.0.1:{port}"
                seen.append(json.load(urllib.request.urlopen(f"{address}/story-graph.json")))
                seen.append(urllib.request.urlopen(f"{address}/visualization.html").read().decode())
            return line

    monkeypatch.setattr(sys, "stdin", Answers(io.BytesIO(b"how much\n\nno\nutter_price\n:quit\nno\n")))
    assert main(["interactive", "-m", "models", "--port", str(port)]) == 0

    data, page = seen
    view = data["views"]["tree"]
    route = [view["nodes"][view["edges"][edge]["target"]]["title"] for edge in view["routes"][data["current"]]]
    assert data["paths"][data["current"]]["name"] == "this conversation"
    assert route[:2] == ["ask_price", "utter_price"]
    assert "<title>bot: stories and rules</title>" in page
    assert f"http://localhost:{port}/visualization.html" in capsys.readouterr().out


def test_at_a_terminal_one_chooses_with_keys_and_ctrl_c_opens_the_menu(bot):
    pexpect = pytest.importorskip("pexpect")
    command = str(Path(sys.executable).with_name("framework"))
    environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    arguments = ["interactive", "-m", "models", "--skip-visualization"]
    terminal = pexpect.spawn(
        command, arguments, env=environment, dimensions=(50, 120), timeout=40, encoding="utf-8", cwd=str(bot)
    )
    down, enter = "\x1b[B", "\r"

    def answer(question: str, keys: str) -> None:
        terminal.expect_exact(question)
        time.sleep(0.3)  # the question is drawn a moment before its keys count
        terminal.send(keys)

    terminal.expect_exact("You ")
    terminal.send(f"how much{enter}")
    answer("Is that what it means?", enter)
    answer("Right?", enter)
    answer("Which action?", "price")
    terminal.expect_exact("price")
    terminal.send(enter)
    terminal.expect_exact("Three.")
    answer("Right?", "\x03")
    answer("What now?", f"{down}{enter}")
    terminal.expect_exact("The last step is taken back.")
    answer("Right?", "\x03")
    answer("What now?", f"{down * 6}{enter}")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
