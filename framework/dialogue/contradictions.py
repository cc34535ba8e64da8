"""What stories and rules say against each other, found before anything is trained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from framework.bot.bot import Bot
from framework.bot.config import ComponentEntry
from framework.bot.domain import Domain
from framework.bot.stories import OrStep, Rule, UserStep
from framework.conversation.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from framework.conversation.slots import AnySlot, SlotSchema
from framework.dialogue.rule_learning import Contradiction, train_rules
from framework.dialogue.states import RULE_SNIPPET, DialogueState, StateReader
from framework.dialogue.unroll import Decision, TrainingDialogue, unroll
from framework.errors import Location, Problem, Severity, did_you_mean

_RULE_POLICIES = ("RulePolicy", "rasa.core.policies.rule_policy.RulePolicy")


@dataclass(frozen=True, slots=True)
class RuleChecks:
    """What the options of ``RulePolicy`` ask to be checked."""

    restrict_rules: bool = True
    check_for_contradictions: bool = True
    fallback: str | None = "action_default_fallback"
    fallback_place: Location | None = None

    @classmethod
    def of(cls, entries: Iterable[ComponentEntry] | None) -> RuleChecks:
        """The checks that a list of policies asks for; all of them where the list is left to the defaults."""
        for entry in entries or ():
            if entry.name in _RULE_POLICIES:
                return cls._of_options(entry.options, entry.places.get("core_fallback_action_name"))
        return cls() if entries is None else cls(restrict_rules=False, check_for_contradictions=False)

    @classmethod
    def _of_options(cls, options: dict[str, Any], fallback_place: Location | None) -> RuleChecks:
        falls_back = options.get("enable_fallback_prediction", True)
        return cls(
            restrict_rules=bool(options.get("restrict_rules", True)),
            check_for_contradictions=bool(options.get("check_for_contradictions", True)),
            fallback=options.get("core_fallback_action_name", cls().fallback) if falls_back else None,
            fallback_place=fallback_place,
        )


def find_contradictions(bot: Bot, *, max_history: int | None = None) -> list[Problem]:
    """Everything in which rules and stories do not agree, each problem with both places.

    ``max_history`` is how many states back two stories must agree for different continuations to be a conflict.
    """
    checks = RuleChecks.of(bot.config.policies)
    domain, stories = bot.domain, bot.stories
    problems = _unknown_fallback(domain, checks)
    if checks.restrict_rules:
        problems += _overlong_rules(stories.rules)
    dialogues = unroll(stories, domain)
    if checks.check_for_contradictions:
        rules = [dialogue for dialogue in dialogues if dialogue.kind == "rule"]
        incomplete = incomplete_rules(domain, rules)
        problems += incomplete
        if not incomplete:
            found = train_rules(domain, dialogues, fallback=checks.fallback).contradictions
            problems += [_contradiction_problem(contradiction) for contradiction in found]
    problems += story_conflicts(domain, dialogues, max_history=max_history)
    return list(dict.fromkeys(problems))


def incomplete_rules(domain: Domain, rules: Sequence[TrainingDialogue]) -> list[Problem]:
    """Rules with an action after which they leave out a slot or a loop that other rules set after it."""
    effects = _effects_of_actions(domain, rules)
    reader = StateReader(domain, ignored=frozenset())
    problems: list[Problem] = []
    for rule in rules:
        states = reader.for_training(rule.tracker)[1:]
        decisions = rule.decisions
        following = [*(decision.label for decision in decisions[1:]), None]
        for decision, state, next_action in zip(decisions, states, following, strict=True):
            if RULE_SNIPPET not in (decision.label, next_action):
                problems += effects[decision.label].missing_in(state, rule, decision)
    return problems


def story_conflicts(
    domain: Domain, dialogues: Iterable[TrainingDialogue], *, max_history: int | None = None
) -> list[Problem]:
    """Stories that go on differently after the same ``max_history`` states."""
    reader = StateReader(domain, ignored=frozenset())
    seen: defaultdict[tuple[DialogueState, ...], dict[str, tuple[str, Location | None]]] = defaultdict(dict)
    for dialogue in dialogues:
        if dialogue.kind == "story":
            for states, decision in dialogue.examples(reader.for_training(dialogue.tracker), reader.ignored):
                recent = states if max_history is None else states[-max_history:]
                seen[recent].setdefault(decision.label, (dialogue.name, decision.where))
    return [_conflict_problem(states[-1], choices) for states, choices in seen.items() if len(choices) > 1]


@dataclass(slots=True)
class _Effects:
    """What rules set after an action, and where the first one to set it does so."""

    slots: dict[str, TrainingDialogue]
    loops: dict[str, TrainingDialogue]

    def missing_in(self, state: DialogueState, rule: TrainingDialogue, decision: Decision) -> list[Problem]:
        """What a rule leaves out in the state after the action."""
        problems: list[Problem] = []
        set_slots = {name for name, _ in state.slots}
        missing = [name for name in self.slots if name not in set_slots]
        if missing:
            what = f"rule {rule.name!r} does not say what {_listed(missing, 'slot')} has after {decision.label!r}"
            problems.append(_incomplete(what, self.slots[missing[0]], decision, "slot_was_set"))
        if self.loops and state.loop not in self.loops:
            what = f"rule {rule.name!r} does not say which loop is active after {decision.label!r}"
            problems.append(_incomplete(what, next(iter(self.loops.values())), decision, "active_loop"))
        return problems


def _effects_of_actions(domain: Domain, rules: Sequence[TrainingDialogue]) -> defaultdict[str, _Effects]:
    schema = SlotSchema(domain)
    effects: defaultdict[str, _Effects] = defaultdict(lambda: _Effects({}, {}))
    for rule in rules:
        action: str | None = None
        for event in rule.tracker.events:
            match event:
                case ActionExecuted():
                    action = event.name or event.action_text
                case UserUttered():
                    action = None
                case SlotSet(name=name) if action and name in schema and _is_featurized(schema, domain, name):
                    effects[action].slots.setdefault(name, rule)
                case ActiveLoop(name=str() as loop) if action:
                    effects[action].loops.setdefault(loop, rule)
                case _:
                    pass
    return effects


def _is_featurized(schema: SlotSchema, domain: Domain, name: str) -> bool:
    return domain.slots[name].influence_conversation and not isinstance(schema.type_of(name), AnySlot)


def _incomplete(what: str, other: TrainingDialogue, decision: Decision, key: str) -> Problem:
    return Problem(
        code="incomplete-rule",
        what=f"{what}, as rule {other.name!r}{_at(other.where)} does",
        where=decision.where,
        fix=f"add `{key}` after the action (`null` for none), or `wait_for_user_input: false` if the rule ends with it",
    )


def _unknown_fallback(domain: Domain, checks: RuleChecks) -> list[Problem]:
    if checks.fallback is None or checks.fallback in domain.action_names:
        return []
    return [
        Problem(
            code="unknown-action",
            what=f"the fallback action {checks.fallback!r} is not in the domain",
            where=checks.fallback_place,
            fix=did_you_mean(checks.fallback, domain.action_names) or "add it to `actions`",
        )
    ]


def _overlong_rules(rules: Iterable[Rule]) -> list[Problem]:
    problems = []
    for rule in rules:
        users = [
            step
            for step in rule.steps
            if isinstance(step, UserStep)
            or (
                isinstance(step, OrStep)
                and any(isinstance(part, UserStep) for option in step.options for part in option)
            )
        ]
        if len(users) > 1:
            problems.append(
                Problem(
                    code="rule-with-many-messages",
                    what=f"rule {rule.name!r} has {len(users)} user messages; a rule may have one",
                    where=users[1].where or rule.where,
                    fix="write it as a story, or as several rules",
                )
            )
    return problems


def _contradiction_problem(found: Contradiction) -> Problem:
    dialogue, decision = found.dialogue, found.decision
    kind = "rule" if dialogue.kind == "rule" else "story"
    others = list(dict.fromkeys(_named(vote.rule, vote.where) for vote in found.votes))
    say, contradict = ("says", "contradicts") if len(others) == 1 else ("say", "contradict")
    instead = f"{say} {found.predicted!r}" if found.predicted else f"{contradict} it"
    return Problem(
        code="contradicting-rules",
        what=f"{kind} {dialogue.name!r} has {decision.label!r} here, where {', '.join(others)} {instead}",
        where=decision.where,
        fix="make both say the same, or give one a condition that the other does not meet",
    )


def _named(source: str, where: Location | None) -> str:
    """A rule by name and place; a built-in source as it is called."""
    return source if source.startswith(("default intent ", "loop ")) else f"rule {source!r}{_at(where)}"


def _conflict_problem(state: DialogueState, choices: dict[str, tuple[str, Location | None]]) -> Problem:
    (action, (name, where)), *others = choices.items()
    rest = ", ".join(f"{other!r} in {story!r}{_at(place)}" for other, (story, place) in others)
    after = f"intent {state.intent!r}" if state.is_after_listen and state.intent else f"{state.action!r}"
    return Problem(
        code="conflicting-stories",
        what=f"story {name!r} goes on with {action!r} after {after}, but others with {rest}",
        where=where,
        fix="make the conversations before differ, for instance by a slot",
        severity=Severity.WARNING,
    )


def _at(where: Location | None) -> str:
    return f" ({where})" if where else ""


def _listed(names: Sequence[str], noun: str) -> str:
    shown = ", ".join(repr(name) for name in names)
    return f"{noun} {shown}" if len(names) == 1 else f"{noun}s {shown}"
