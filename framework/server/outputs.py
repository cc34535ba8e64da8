"""Where the bot's messages go when it speaks without having been spoken to: by the HTTP API, or by a reminder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from framework.server.collecting import CollectingOutput

if TYPE_CHECKING:
    from sanic import Request

    from framework.conversation.tracker import Tracker
    from framework.dialogue.channel import OutputChannel

LATEST = "latest"

Outputs = Mapping[str, "Callable[[], OutputChannel | None]"]
"""For each channel that is mounted, what makes its output channel; see ``InputChannel.output_channel``."""


def pushing_output(channel: str | None, outputs: Outputs) -> OutputChannel | None:
    """Where the bot can speak first on a channel; None if it cannot, or the channel is not served here."""
    make = outputs.get(channel or "")
    return make() if make is not None else None


def output_of(request: Request, tracker: Tracker, outputs: Outputs) -> OutputChannel:
    """The channel that ``?output_channel=`` names; one that collects, if that channel cannot be reached from here.

    ``latest`` is the channel on which the user last wrote.
    """
    wanted = str(request.args.get("output_channel", ""))
    name = tracker.latest_input_channel if wanted == LATEST else wanted
    return pushing_output(name, outputs) or CollectingOutput()
