"""The embedded stores as a plugin, so that ``endpoints.yml`` names them like any other."""

from __future__ import annotations

from framework.registry import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The stores that need nothing but this package."""
    return [
        Provides(
            "tracker_store",
            "sqlite",
            "framework.storage.sqlite:SQLiteTrackerStore",
            summary="Keeps conversations in one SQLite file, durable at every turn. The default.",
        ),
        Provides(
            "tracker_store",
            "in_memory",
            "framework.storage.memory:InMemoryTrackerStore",
            aliases=("InMemoryTrackerStore",),
            summary="Forgets all conversations when the process ends.",
        ),
        Provides(
            "lock_store",
            "in_memory",
            "framework.storage.locks:InProcessLockStore",
            aliases=("InMemoryLockStore",),
            summary="Queues the turns of a conversation inside one process. The default.",
        ),
        Provides(
            "event_broker",
            "file",
            "framework.storage.file_broker:FileEventBroker",
            aliases=("FileEventBroker",),
            summary="Appends every event to a file, one JSON object a line.",
        ),
    ]
