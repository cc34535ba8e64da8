from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from framework.cli.main import main
from framework.cli.shell_explainer import describe_parse
from tests.docs.snippets import write_files

FILES = {
    "config.yml": """
        assistant_id: tea-room
        language: en
        pipeline:
        - name: WhitespaceTokenizer
        - name: KeywordIntentClassifier
        - name: RegexEntityExtractor
        policies:
        - name: RulePolicy
        """,
    "domain.yml": """
        version: "3.1"
        intents: [greet, order, ask_for_last]
        entities: [tea]
        slots:
          tea:
            type: text
            influence_conversation: false
            mappings:
            - type: from_entity
              entity: tea
        responses:
          utter_greet:
          - text: "Welcome! Some tea?"
            image: https://example.com/tea.png
            buttons:
            - title: "Green tea"
              payload: '/order{"tea": "green tea"}'
            - title: "As before"
              payload: /ask_for_last
          utter_order:
          - text: "One {tea}."
          utter_last:
          - text: "It was {tea}."
        """,
    "data/all.yml": """
        version: "3.1"
        nlu:
        - intent: greet
          examples: |
            - hello
            - hi
        - intent: order
          examples: |
            - bring me
            - please
        - intent: ask_for_last
          examples: |
            - before
            - last time
        - lookup: tea
          examples: |
            - mint tea
            - black tea
        rules:
        - rule: Greet
          steps:
          - intent: greet
          - action: utter_greet
        - rule: Serve
          steps:
          - intent: order
          - action: utter_order
        - rule: Remember
          steps:
          - intent: ask_for_last
          - action: utter_last
        """,
}
FRAMEWORK = str(Path(sys.executable).with_name("framework"))
GREETING = ["Welcome! Some tea?", "image: https://example.com/tea.png", "  1. Green tea", "  2. As before"]


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    """A small bot with a model."""
    folder = tmp_path_factory.mktemp("tea-room")
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(line[8:] for line in text.splitlines()))
    with contextlib.chdir(folder):
        assert main(["train"]) == 0
    return folder


@pytest.fixture
def shell(bot, monkeypatch, capsys):
    """Sends lines through a shell command; returns its status, and what it printed line by line."""
    monkeypatch.chdir(bot)
    monkeypatch.setattr(sys, "path", sys.path.copy())

    def run(lines: bytes, *arguments: str) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
        status = main(["shell", *arguments])
        return status, capsys.readouterr().out.splitlines()

    return run


def test_each_line_of_a_pipe_is_answered(shell):
    assert shell(b"hello\nplease bring me mint tea\n") == (0, [*GREETING, "One mint tea."])


def test_a_last_line_without_its_end_is_answered(shell):
    assert shell(b"please bring me black tea") == (0, ["One black tea."])


def test_empty_lines_are_no_messages(shell):
    assert shell(b"\n  \nhello\n\n") == (0, GREETING)


def test_stop_ends_the_conversation(shell):
    assert shell(b"/stop\nhello\n") == (0, [])


def test_a_number_presses_a_button(shell):
    assert shell(b"hello\n1\n") == (0, [*GREETING, "One green tea."])


def test_bytes_that_are_no_text_do_no_harm(shell):
    assert shell(b"hello \xff\xfe\n") == (0, GREETING)


def test_a_message_that_is_too_long_is_declined_and_the_conversation_goes_on(shell):
    status, printed = shell(b"x" * 30_000 + b"\nhello\n")

    assert status == 0
    assert printed == ["the message has 30000 characters; the limit is 20000.", *GREETING]


def test_each_shell_begins_a_new_conversation(shell):
    shell(b"please mint tea\n")

    assert shell(b"as before\n") == (0, ["It was None."])


def test_a_conversation_can_be_taken_up_again(shell):
    shell(b"please mint tea\n", "--conversation-id", "ada")

    assert shell(b"as before\n", "--conversation-id", "ada") == (0, ["It was mint tea."])


def test_debug_says_what_was_understood_and_who_chose_what(shell):
    status, printed = shell(b"please mint tea\n", "--debug")

    assert status == 0
    assert printed[0].startswith("  intent  order 1.00")
    assert printed[1:] == [
        "  entity  tea = 'mint tea'  (RegexEntityExtractor)",
        "  slot    tea: None → 'mint tea'",
        "  action  utter_order 1.00  RulePolicy: rule 'Serve'",
        "  action  action_listen 1.00  RulePolicy: rule 'Serve'",
        "One mint tea.",
    ]


@pytest.mark.parametrize("flags", [["-m"], ["--model"], []], ids=["short", "long", "by place"])
def test_the_model_can_be_named(shell, bot, flags):
    model = max((bot / "models").glob("*.tar.gz"))

    assert shell(b"hello\n", *flags, str(model)) == (0, GREETING)


def test_shell_nlu_prints_one_line_of_json_for_each_message(shell):
    status, printed = shell(b'please mint tea\n/order{"tea": "black tea"}\n', "nlu")

    assert status == 0
    assert [json.loads(line)["intent"]["name"] for line in printed] == ["order", "order"]
    assert [json.loads(line)["entities"][0]["value"] for line in printed] == ["mint tea", "black tea"]


def test_a_model_that_only_understands_is_asked_what_it_understands(shell, capsys):
    assert main(["train", "nlu", "--out", "nlu-models"]) == 0
    capsys.readouterr()

    status, printed = shell(b"hello\n", "nlu-models")

    assert status == 0
    assert [json.loads(line)["intent"]["name"] for line in printed] == ["greet"]


def test_without_a_model_the_shell_says_how_to_get_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert main(["shell"]) == 3
    assert "there is no model in models" in (error := capsys.readouterr().err)
    assert "framework train" in error


def test_at_a_terminal_people_are_prompted_and_can_leave_with_ctrl_d(bot):
    process, terminal = start_at_a_terminal(bot)
    with process:
        try:
            os.write(terminal, b"hello\r")
            answer = read_until(terminal, "As before")
            read_until(terminal, "You")
            assert leave(process, terminal) == 0
        finally:
            process.kill()
            os.close(terminal)
    assert "Welcome! Some tea?" in answer


@pytest.fixture(scope="module")
def tea_timer(tmp_path_factory):
    """The bot of the how-to on reminders, with a model; its tea takes a second unless the environment says otherwise."""
    folder = tmp_path_factory.mktemp("tea-timer")
    write_files("docs/how-to/reminders.md", folder)
    actions = folder / "actions.py"
    brewing = 'timedelta(seconds=float(os.environ.get("BREWING_SECONDS", "1")))'
    actions.write_text("import os\n" + actions.read_text().replace("timedelta(seconds=10)", brewing))
    subprocess.run([FRAMEWORK, "train"], cwd=folder, check=True, capture_output=True)
    return folder


def test_a_reminder_is_shown_in_a_pipe_while_it_waits_for_the_next_line(tea_timer):
    command = [FRAMEWORK, "shell", "--conversation-id", "ann"]
    with subprocess.Popen(command, cwd=tea_timer, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shell:
        print("please brew mint tea", file=shell.stdin, flush=True)
        assert shell.stdout.readline() == "The mint tea takes ten seconds.\n"
        assert shell.stdout.readline() == "Your mint tea is ready.\n"
        print("please brew black tea", file=shell.stdin, flush=True)
        shell.stdin.close()
        assert shell.stdout.readline() == "The black tea takes ten seconds.\n"
        assert shell.wait(20) == 0
    time.sleep(1)
    with subprocess.Popen(command, cwd=tea_timer, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shell:
        assert shell.stdout.readline() == "Your black tea is ready.\n"


def test_a_reminder_is_shown_above_the_prompt_and_what_is_being_typed_stays(tea_timer, monkeypatch):
    monkeypatch.setenv("BREWING_SECONDS", "5")  # time for a machine under load to show the prompt before
    process, terminal = start_at_a_terminal(tea_timer)
    with process:
        try:
            os.write(terminal, b"please brew mint tea\r")
            read_until(terminal, "takes ten seconds.")
            read_until(terminal, "You")
            time.sleep(0.3)  # what comes before the prompt listens is lost
            os.write(terminal, b"please brew bl")
            shown = read_until(terminal, "is ready.")
            os.write(terminal, b"ack tea\r")
            read_until(terminal, "The black tea takes ten seconds.")
            read_until(terminal, "You")
            assert leave(process, terminal) == 0
        finally:
            process.kill()
            os.close(terminal)
    assert "Bot" in shown


def start_at_a_terminal(bot: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A shell that has asked for the first message; on a machine under load a start may be tried again."""
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "24", "PROMPT_TOOLKIT_NO_CPR": "1"}
    command = [FRAMEWORK, "shell"]
    for attempts_left in (2, 1, 0):
        terminal, side = pty.openpty()
        process = subprocess.Popen(command, stdin=side, stdout=side, stderr=side, cwd=bot, env=environment)
        os.close(side)
        try:
            read_until(terminal, "You")
        except AssertionError:
            process.kill()
            process.wait()
            os.close(terminal)
            if not attempts_left:
                raise
        else:
            return process, terminal
    raise AssertionError("unreachable")


def leave(process: subprocess.Popen[bytes], terminal: int) -> int:
    """Presses Ctrl-D until the process ends: one that comes before the prompt listens is lost."""
    for _ in range(20):
        os.write(terminal, b"\x04")
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=2)
    raise AssertionError("the shell did not end")


def read_until(terminal: int, text: str) -> str:
    seen = ""
    deadline = time.monotonic() + 25
    while text not in seen:
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"{text!r} did not come; there was {seen!r}"
        seen += os.read(terminal, 4096).decode(errors="replace")
    return seen


def test_debug_says_why_a_message_was_not_understood():
    parsed = {
        "intent": {"name": "nlu_fallback", "confidence": 0.3},
        "intent_ranking": [{"name": "nlu_fallback", "confidence": 0.3}, {"name": "order", "confidence": 0.25}],
        "fallback": {"reason": "threshold", "score": 0.25, "threshold": 0.3},
    }

    assert list(describe_parse(parsed)) == [
        "  intent  nlu_fallback 0.30  (then order 0.25)",
        "  refused no intent is likely enough: 0.25 is below 0.30",
    ]
