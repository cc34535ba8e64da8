"""The rule book: what rules say comes next, learned from training dialogues."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal

import msgspec

from framework.conversation.slots import SHOULD_NOT_BE_SET
from framework.conversation.tracker import ACTION_LISTEN, Tracker
from framework.dialogue.states import RULE_SNIPPET, DialogueState, RuleOnly, StateReader

DEFAULT_INTENT_ACTIONS = {
    "restart": "action_restart",
    "back": "action_back",
    "session_start": "action_session_start",
}
"""Default intents, and the action that each calls for whatever else is going on."""

_Ending = tuple[str | None, str | None]
"""The latest action and the intent of a state."""

UnhappyPath = Literal["loop_was_interrupted", "do_not_predict_loop"]


class LearnedRule(msgspec.Struct, frozen=True):
    """A sequence of states, and the action that follows wherever it fits; ``names`` are the rules it comes from.

    ``key`` is the states as text; the longer it is, the more the rule asks for.
    """

    states: tuple[DialogueState, ...]
    action: str
    key: str
    names: tuple[str, ...] = ()

    @property
    def last(self) -> DialogueState:
        """The state right before the action."""
        return self.states[-1]


class UnhappyPathHint(msgspec.Struct, frozen=True):
    """What stories and rules do in a state inside a loop that did not go as the loop wished."""

    states: tuple[DialogueState, ...]
    hint: UnhappyPath


class RuleDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What the rule book says of one moment.

    ``source`` tells what it follows from: the key of a rule, a default intent, or a loop; None where nothing
    applies. ``rule`` is the rule that applied.
    """

    action: str | None
    source: str | None
    rule: LearnedRule | None = None
    is_no_user: bool = False
    is_end_to_end: bool = False
    returns_from_unhappy_path: bool = False


class RuleBookData(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule book consists of, as it is stored."""

    rules: tuple[LearnedRule, ...] = ()
    unhappy_paths: tuple[UnhappyPathHint, ...] = ()
    rule_only: RuleOnly = RuleOnly()
    hidden_sources: frozenset[str] = frozenset()
    """Sources of decisions that no story shows; learned policies do not see turns that follow from them."""

    def without_comparison(self) -> RuleBookData:
        """This rule book where rules and stories are not to be compared: nothing belongs to rules alone."""
        return msgspec.structs.replace(self, rule_only=RuleOnly(), hidden_sources=frozenset())


class RuleBook:
    """Decides by rules. Finding the rules that apply costs the same however long the conversation is."""

    def __init__(self, data: RuleBookData) -> None:
        self.data = data
        self._by_ending: defaultdict[_Ending, list[LearnedRule]] = defaultdict(list)
        for rule in sorted(data.rules, key=lambda rule: -len(rule.key)):
            self._by_ending[_action_of(rule.last), rule.last.intent].append(rule)
        self._hints_by_action: defaultdict[str | None, list[UnhappyPathHint]] = defaultdict(list)
        for hint in data.unhappy_paths:
            self._hints_by_action[_action_of(hint.states[-1])].append(hint)
        lengths = [len(rule.states) for rule in data.rules] + [len(hint.states) for hint in data.unhappy_paths]
        self._horizon = max(lengths, default=0) + 1

    def decide(self, tracker: Tracker, reader: StateReader) -> RuleDecision:
        """Says what comes next: text rules and default intents, then the active loop, then rules by intent."""
        states = tuple(islice(reader.newest_first(tracker), self._horizon))
        by_text = self._apply_text_rules(tracker, states)
        default = _default_action(tracker)
        if default is not None and (by_text is None or by_text.action is None):
            return default
        in_loop = _happy_path_of_loop(tracker)
        if in_loop is not None:
            return in_loop
        if by_text is not None and by_text.action is not None:
            return by_text
        by_intent = self._apply_rules(tracker, _with_last(states, by_text=False), is_end_to_end=False)
        if by_text is not None and by_text.returns_from_unhappy_path:
            return msgspec.structs.replace(by_intent, returns_from_unhappy_path=True)
        return by_intent

    def _apply_text_rules(self, tracker: Tracker, states: tuple[DialogueState, ...]) -> RuleDecision | None:
        # Only right after a message is it open whether its text or its intent counts.
        if tracker.latest_action_name != ACTION_LISTEN:
            return None
        return self._apply_rules(tracker, _with_last(states, by_text=True), is_end_to_end=True)

    def _apply_rules(self, tracker: Tracker, states: tuple[DialogueState, ...], *, is_end_to_end: bool) -> RuleDecision:
        rule = self._most_specific(states)
        action = rule.action if rule else None
        source = rule.key if rule else None
        returns = False
        loop = tracker.active_loop_name
        if loop is not None:
            hints = {
                hint.hint for hint in self._hints_by_action.get(_action_of(states[0]), ()) if _fits(hint.states, states)
            }
            if rule is not None and action == ACTION_LISTEN and rule.last.active_loop is None:
                if "do_not_predict_loop" not in hints:
                    # A rule that knows nothing of the loop is done, so the loop goes on.
                    return RuleDecision(action=loop, source=source, rule=rule, is_end_to_end=is_end_to_end)
                action = None
            returns = "loop_was_interrupted" in hints
        return RuleDecision(
            action=action,
            source=source,
            rule=rule,
            is_end_to_end=is_end_to_end and action is not None,
            returns_from_unhappy_path=returns,
        )

    def _most_specific(self, states: tuple[DialogueState, ...]) -> LearnedRule | None:
        newest = states[0]
        endings = {(_action_of(newest), newest.intent), (_action_of(newest), None)}
        # Each group is sorted by specificity, so the first that fits asks for most.
        found = [
            rule
            for ending in endings
            if (rule := next((rule for rule in self._by_ending.get(ending, ()) if _fits(rule.states, states)), None))
        ]
        return max(found, key=lambda rule: len(rule.key), default=None)


def key_of(states: Sequence[DialogueState]) -> str:
    """States as text, equal for equal states."""
    return json.dumps([state.to_dict() for state in states], sort_keys=True)


def learn_rules(examples: Iterable[tuple[tuple[DialogueState, ...], str, str]]) -> tuple[LearnedRule, ...]:
    """Makes rules of ``(states, action, name of the rule)``; where two disagree, neither is learned."""
    actions: dict[tuple[DialogueState, ...], str] = {}
    names: defaultdict[tuple[DialogueState, ...], list[str]] = defaultdict(list)
    ambiguous: set[tuple[DialogueState, ...]] = set()
    for states, action, name in examples:
        key = since_snippet(states)
        if not key:
            continue
        names[key].append(name)
        if actions.setdefault(key, action) != action:
            ambiguous.add(key)
    return tuple(
        LearnedRule(states, action, key_of(states), tuple(dict.fromkeys(names[states])))
        for states, action in actions.items()
        if states not in ambiguous and action != RULE_SNIPPET
    )


def learn_unhappy_paths(examples: Iterable[tuple[tuple[DialogueState, ...], str]]) -> tuple[UnhappyPathHint, ...]:
    """Learns from ``(states, action)`` inside loops: when a loop comes back, and when it is not to go on."""
    hints: dict[tuple[DialogueState, ...], UnhappyPath] = {}
    for states, action in examples:
        last = states[-1]
        loop = last.active_loop
        if loop is None or last.action == RULE_SNIPPET:
            continue
        hint: UnhappyPath | None = None
        if last.is_after_listen and action == loop:
            hint = "loop_was_interrupted"
        elif not last.is_after_listen and action != loop:
            hint = "do_not_predict_loop"
        if hint is not None:
            hints[since_snippet(_last_question(states))] = hint
    return tuple(UnhappyPathHint(states, hint) for states, hint in hints.items())


def loop_source(loop: str) -> str:
    """The source of a decision to run the active loop."""
    return f"loop {loop}"


def listen_source(loop: str) -> str:
    """The source of a decision to listen after a loop ran."""
    return f"loop {loop}, then {ACTION_LISTEN}"


def default_source(intent: str) -> str:
    """The source of a decision that follows from a default intent."""
    return f"default intent {intent}"


def _last_question(states: Sequence[DialogueState]) -> tuple[DialogueState, ...]:
    """The last state, and of the one before only its action: the answer counts, and what it answers."""
    if len(states) == 1 or states[-2].is_start:
        return (states[-1],)
    return (DialogueState(action=states[-2].action, action_text=states[-2].action_text), states[-1])


def since_snippet(states: Sequence[DialogueState]) -> tuple[DialogueState, ...]:
    """The states after the last place where anything may have happened."""
    for position in range(len(states) - 1, -1, -1):
        if states[position].action == RULE_SNIPPET:
            return tuple(states[position + 1 :])
    return tuple(states)


def _with_last(states: tuple[DialogueState, ...], *, by_text: bool) -> tuple[DialogueState, ...]:
    """States, newest first, of which the newest counts by its text or by its intent if the user spoke last."""
    newest, *older = states
    if newest.is_after_listen:
        newest = newest.by_text() if by_text else newest.by_intent()
    return (newest.settled(), *(state.settled() for state in older))


def _default_action(tracker: Tracker) -> RuleDecision | None:
    message = tracker.latest_message
    if tracker.latest_action_name != ACTION_LISTEN or message is None or message.intent is None:
        return None
    action = DEFAULT_INTENT_ACTIONS.get(message.intent)
    return None if action is None else RuleDecision(action=action, source=default_source(message.intent))


def _happy_path_of_loop(tracker: Tracker) -> RuleDecision | None:
    loop = tracker.active_loop
    if loop is None or loop.rejected:
        return None
    if tracker.latest_action_name == loop.name:
        return RuleDecision(action=ACTION_LISTEN, source=listen_source(loop.name), is_no_user=True)
    return RuleDecision(action=loop.name, source=loop_source(loop.name), is_no_user=True)


def _action_of(state: DialogueState) -> str | None:
    return state.action or state.action_text


def _fits(wanted: tuple[DialogueState, ...], newest_first: tuple[DialogueState, ...]) -> bool:
    """Whether a conversation ends with the states that a rule wants."""
    return len(wanted) <= len(newest_first) and all(map(_state_fits, reversed(wanted), newest_first))


def _state_fits(wanted: DialogueState, state: DialogueState) -> bool:
    if wanted.is_start or state.is_start:
        return wanted.is_start and state.is_start
    if (wanted.action, wanted.action_text) != (state.action, state.action_text):
        return False
    if wanted.intent is not None and wanted.intent != state.intent:
        return False
    if wanted.text is not None and wanted.text != state.text:
        return False
    if wanted.entities and wanted.entities != state.entities:
        return False
    return _loop_fits(wanted, state) and all(_slots_fit(wanted, state))


def _loop_fits(wanted: DialogueState, state: DialogueState) -> bool:
    if wanted.loop == SHOULD_NOT_BE_SET:
        return state.active_loop is None
    return wanted.loop is None or wanted.loop == state.loop


def _slots_fit(wanted: DialogueState, state: DialogueState) -> Iterator[bool]:
    if not wanted.slots:
        return
    slots = dict(state.slots)
    for name, features in wanted.slots:
        if features == SHOULD_NOT_BE_SET:
            yield slots.get(name, SHOULD_NOT_BE_SET) == SHOULD_NOT_BE_SET
        else:
            yield slots.get(name) == features
