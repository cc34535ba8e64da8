"""``framework run actions`` serves the bot's own actions."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from framework.cli import run_actions
from framework.errors import EnvironmentProblem
from tests.server.test_run_command import FRAMEWORK, free_port

ACTIONS = """
from rasa_sdk import Action


class Tell(Action):
    def name(self):
        return "action_tell"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"you are {tracker.sender_id}")
        return []
"""


def test_the_bots_actions_are_served(tmp_path):
    (tmp_path / "actions.py").write_text(ACTIONS)
    port = free_port()
    process = subprocess.Popen(
        [*FRAMEWORK, "run", "actions", "-p", str(port)],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
        call = {"next_action": "action_tell", "sender_id": "ann", "tracker": {"sender_id": "ann"}, "domain": {}}
        answer = ask(f"http://127.0.0.1:{port}/webhook", {**call, "version": "3.0"})
        assert [response["text"] for response in answer["responses"]] == ["you are ann"]
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_without_rasa_sdk_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rasa_sdk.__main__", None)
    with pytest.raises(EnvironmentProblem, match=r"pip install 'framework-dialogue\[actions\]'"):
        run_actions.run(run_actions.argparse.Namespace())


def wait_for(url: str) -> None:
    for _ in range(300):
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            ask(url)
            return
        time.sleep(0.1)
    raise TimeoutError(url)


def ask(url: str, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=10) as response:
        return json.loads(response.read())
