"""A page that shows the conversation among all stories while it goes on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from framework.authoring.story_page import page_data, render_page
from framework.authoring.told_story import steps_so_far
from framework.bot.bot import Bot
from framework.bot.stories import Story, StoryData
from framework.conversation.events import Event

DATA_PATH = "/story-graph.json"
_PAGE_PATHS = ("/", "/visualization.html")
_NAME = "this conversation"


class LiveGraph:
    """Serves the page to browsers on this machine. :meth:`show` brings it up to date."""

    def __init__(self, bot: Bot, title: str) -> None:
        self._bot = bot
        self._title = title
        self._data: dict[str, Any] = {}
        self._server: ThreadingHTTPServer | None = None
        self.show([])

    def start(self, port: int) -> str:
        """Begins to serve; returns the address.

        Raises:
            OSError: the port is taken.
        """
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self._answer))
        threading.Thread(target=self._server.serve_forever, name="live-graph", daemon=True).start()
        return f"http://localhost:{self._server.server_address[1]}{_PAGE_PATHS[1]}"

    def show(self, events: list[Event]) -> None:
        """Shows a conversation as far as it has come."""
        stories = self._bot.stories
        steps = steps_so_far(events, self._bot.domain) if events else ()
        told = (*stories.stories, Story(name=_NAME, steps=steps)) if steps else stories.stories
        self._data = page_data(
            StoryData(stories=told, rules=stories.rules),
            self._bot.domain,
            self._bot.nlu.examples,
            title=self._title,
            current=len(told) - 1 if steps else None,
            follows=DATA_PATH,
        )

    def close(self) -> None:
        """Ends the serving."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def _answer(self, path: str) -> tuple[str, str] | None:
        """The media type and the text for a path; None where there is nothing."""
        if path == DATA_PATH:
            return "application/json", json.dumps(self._data)
        return ("text/html", render_page(self._data)) if path in _PAGE_PATHS else None


def _handler(answer: Callable[[str], tuple[str, str] | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = answer(self.path.partition("?")[0])
            if found is None:
                self.send_error(404)
                return
            media_type, text = found
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"{media_type}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class names it
            """The terminal belongs to the conversation."""

    return Handler
