"""``framework run`` in processes of its own, and requests to it."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Sequence

FRAMEWORK = [sys.executable, "-c", "import sys; from framework.cli.main import main; sys.exit(main())"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def running(bot, *flags: str, program: Sequence[str] = FRAMEWORK):
    """Serves a bot in a process of its own while the block runs; yields its port, what it said first, and the process."""
    port = free_port()
    process = subprocess.Popen(
        [*program, "run", "-p", str(port), *flags], cwd=bot, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        announcement = process.stdout.readline()
        assert announcement, process.stderr.read()
        yield port, announcement, process
    finally:
        process.kill()
        process.communicate()


def ask(url: str, body=None, context=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10, context=context) as response:
        return json.loads(response.read())
