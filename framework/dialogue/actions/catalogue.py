"""Which action is behind a name."""

from __future__ import annotations

from framework.bot.domain import Domain
from framework.dialogue.actions.action import Action
from framework.dialogue.actions.ask_affirmation import AskAffirmation
from framework.dialogue.actions.defaults import FIXED_ACTIONS
from framework.dialogue.actions.own import OwnAction
from framework.dialogue.actions.plugged import PluggedAction
from framework.dialogue.actions.revert_fallback_events import RevertFallbackEvents
from framework.dialogue.actions.session_start import SessionStart
from framework.dialogue.actions.utter import UTTER_PREFIX, Utter, UtterRetrieved, UtterText
from framework.dialogue.forms import Form
from framework.dialogue.loops import LoopAction
from framework.dialogue.slot_filling import ExtractSlots
from framework.dialogue.two_stage_fallback import TwoStageFallback
from framework.registry import Registry

_ACTIONS: tuple[Action, ...] = (
    *FIXED_ACTIONS,
    SessionStart(),
    AskAffirmation(),
    RevertFallbackEvents(),
    ExtractSlots(),
    LoopAction(TwoStageFallback()),
)


class ActionCatalogue:
    """Finds a bot's actions.

    A default action or a form that the domain lists under ``actions`` is the bot's own. What is listed there runs
    where the bot's own actions run, unless a plugin provides an action of that name.
    """

    def __init__(self, domain: Domain, registry: Registry) -> None:
        self._domain = domain
        self._registry = registry
        self._defaults = {action.name: action for action in _ACTIONS}
        self._found: dict[str, Action] = {}
        self.names = frozenset(domain.action_names)

    def find(self, name: str) -> Action:
        """The action of a name, or of an end-to-end text."""
        action = self._found.get(name)
        if action is None:
            action = self._found[name] = self._make(name)
        return action

    def _make(self, name: str) -> Action:
        domain = self._domain
        if name in self._defaults and name not in domain.actions and name not in domain.forms:
            return self._defaults[name]
        if name.startswith(UTTER_PREFIX) and name.removeprefix(UTTER_PREFIX) in domain.retrieval_intents:
            return UtterRetrieved(name)
        if name in domain.e2e_actions:
            return UtterText(name)
        if name.startswith(UTTER_PREFIX):
            return Utter(name)
        if name in domain.forms and name not in domain.actions:
            return LoopAction(Form(domain.forms[name]))
        spec = self._registry.find(name, ("action",))
        if spec is not None:
            return PluggedAction(self._registry.load(name, ("action",))(name), spec.plugin)
        return OwnAction(name)
