"""Channels: how messaging apps reach a bot."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "channel",
            "rest",
            "framework_channels.rest:RestChannel",
            aliases=("rasa.core.channels.rest.RestInput",),
            summary="Takes a message by POST and answers with the bot's messages.",
        ),
    ]
