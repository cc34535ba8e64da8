"""The embedded event broker: appends every event to a file, one JSON object a line."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec
from pydantic import Field
from typing_extensions import override

from framework.conversation.events import Event, event_to_dict
from framework.storage.ports import EventBroker, ServiceConfig, ServiceContext


class FileEventBroker(EventBroker):
    """Writes ``{"sender_id": …, "event": …, …}`` lines, safe on disk before more are taken."""

    class Config(ServiceConfig):
        """``path``: the file, relative to the bot folder."""

        path: Path = Field(default=Path("rasa_event.log"), description="The file to append to.")

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    @override
    def create(cls, config: Config, context: ServiceContext) -> Self:
        """Makes a broker of the file that the config names."""
        return cls(context.bot_folder / config.path)

    @override
    async def publish(self, sender_id: str, events: Sequence[Event]) -> None:
        """Appends the events and waits for the disk."""
        lines = [msgspec.json.encode({"sender_id": sender_id, **event_to_dict(event)}) + b"\n" for event in events]
        await asyncio.to_thread(self._write, b"".join(lines))

    def _write(self, data: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
