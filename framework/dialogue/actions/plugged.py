"""Actions that plugins provide."""

from __future__ import annotations

from framework.conversation.events import Event
from framework.dialogue.action_runner import ActionFailed, ActionRejected
from framework.dialogue.actions.action import Action, ActionContext
from framework.storage.ports import VersionConflict


class PluggedAction(Action):
    """An action of a plugin; where it breaks, only its events are lost."""

    def __init__(self, action: Action, plugin: str) -> None:
        super().__init__(action.name)
        self._action = action
        self._plugin = plugin

    async def run(self, context: ActionContext) -> list[Event]:
        """Runs the plugin's code."""
        try:
            return await self._action.run(context)
        except (ActionRejected, ActionFailed, VersionConflict):
            raise
        except Exception as error:
            raise ActionFailed(
                f"action {self.name!r} of plugin {self._plugin!r} failed: {type(error).__name__}: {error}"
            ) from error
