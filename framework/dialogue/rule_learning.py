"""Learning rules: from training dialogues to a rule book, and what in them does not fit together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from framework.bot.domain import Domain
from framework.conversation.events import ActionExecuted, ActionExecutionRejected
from framework.conversation.slots import SHOULD_NOT_BE_SET
from framework.conversation.tracker import ACTION_LISTEN, Tracker
from framework.dialogue.rulebook import (
    DEFAULT_INTENT_ACTIONS,
    RuleBook,
    RuleBookData,
    RuleDecision,
    default_source,
    key_of,
    learn_rules,
    learn_unhappy_paths,
    listen_source,
    loop_source,
    since_snippet,
)
from framework.dialogue.states import RULE_SNIPPET, DialogueState, RuleOnly, StateReader
from framework.dialogue.unroll import Decision, TrainingDialogue, state_reader
from framework.errors import Location


@dataclass(frozen=True, slots=True)
class Vote:
    """What a rule says in a situation: its name, its action, and where that is written."""

    rule: str
    action: str
    where: Location | None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A dialogue has another action in a situation than rules say. ``predicted`` is None if they cancel out."""

    dialogue: TrainingDialogue
    decision: Decision
    predicted: str | None
    votes: tuple[Vote, ...]


@dataclass(slots=True)
class RuleTraining:
    """A learned rule book, and the contradictions found while learning."""

    book: RuleBook
    contradictions: list[Contradiction] = field(default_factory=list)


def train_rules(domain: Domain, dialogues: Sequence[TrainingDialogue], *, fallback: str | None) -> RuleTraining:
    """Learns a rule book and tries it on every dialogue it comes from.

    ``fallback`` is the action predicted where no rule applies, None for none.
    """
    original = [dialogue for dialogue in dialogues if dialogue.kind != "augmented"]
    learned = learn_rule_book(domain, original)
    trial = _Trial(domain, original, learned, fallback)
    contradictions = trial.run()
    return RuleTraining(RuleBook(trial.checked_data()), contradictions)


def learn_rule_book(domain: Domain, dialogues: Sequence[TrainingDialogue]) -> RuleBookData:
    """Learns a rule book without trying it out: nothing is hidden from learned policies."""
    reader = state_reader(domain, dialogues)
    of_rules = _examples(dialogues, reader, kind="rule")
    of_stories = _examples(dialogues, reader, kind="story")
    return RuleBookData(
        rules=learn_rules((states, decision.label, dialogue.name) for dialogue, states, decision in of_rules),
        unhappy_paths=learn_unhappy_paths((states, decision.label) for _, states, decision in (*of_rules, *of_stories)),
        rule_only=_rule_only(of_rules, of_stories),
    )


_Example = tuple[TrainingDialogue, tuple[DialogueState, ...], Decision]


def _examples(dialogues: Iterable[TrainingDialogue], reader: StateReader, *, kind: str) -> list[_Example]:
    read = reader.for_rule_training if kind == "rule" else reader.for_training
    return [
        (dialogue, states, decision)
        for dialogue in dialogues
        if dialogue.kind == kind
        for states, decision in dialogue.examples(read(dialogue.tracker), reader.ignored)
    ]


def _rule_only(of_rules: Iterable[_Example], of_stories: Iterable[_Example]) -> RuleOnly:
    rule_slots, rule_loops = _names_in(of_rules)
    story_slots, story_loops = _names_in(of_stories)
    return RuleOnly(
        slots=frozenset(rule_slots - story_slots), loops=frozenset(rule_loops - story_loops - {SHOULD_NOT_BE_SET})
    )


def _names_in(examples: Iterable[_Example]) -> tuple[set[str], set[str]]:
    # The last example of a dialogue has the states of all its others.
    longest = {id(dialogue): states for dialogue, states, _ in examples}
    every = [state for states in longest.values() for state in states]
    slots = {name for state in every for name, _ in state.slots}
    loops = {state.loop for state in every if state.loop is not None}
    return slots, loops


class _Trial:
    """Plays every dialogue against a rule book, first to learn what each rule contributes, then to compare."""

    def __init__(
        self, domain: Domain, dialogues: Sequence[TrainingDialogue], data: RuleBookData, fallback: str | None
    ) -> None:
        self._reader = state_reader(domain, dialogues)
        self._empty = Tracker("", domain)
        self._domain = domain
        self._dialogues = dialogues
        self._fallback = fallback
        self._rules = {rule.key: rule for rule in data.rules}
        self._data = data
        self._book = RuleBook(data)
        self._votes: defaultdict[str, list[Vote]] = defaultdict(list)
        self._used_in_stories: set[str] = set()
        self._contradictions: list[Contradiction] = []

    def run(self) -> list[Contradiction]:
        """Returns what contradicts rules."""
        for dialogue in self._dialogues:
            if dialogue.kind == "rule":
                for decision, predicted in self._play(dialogue):
                    self._record_vote(dialogue, decision, predicted)
        for dialogue in self._dialogues:
            for decision, predicted in self._play(dialogue):
                self._compare(dialogue, decision, predicted)
        return self._contradictions

    def checked_data(self) -> RuleBookData:
        """The rule book without rules that stories refine, and with the sources that no story shows."""
        sources = {
            *self._votes,
            *(default_source(intent) for intent in DEFAULT_INTENT_ACTIONS),
            *(loop_source(form) for form in self._domain.forms),
            *(listen_source(form) for form in self._domain.forms),
        }
        return msgspec.structs.replace(
            self._data, rules=tuple(self._rules.values()), hidden_sources=frozenset(sources - self._used_in_stories)
        )

    def _play(self, dialogue: TrainingDialogue) -> Iterable[tuple[Decision, tuple[str | None, str]]]:
        """Yields each decision that rules should foresee, with the action and the source they come to."""
        tracker = self._empty.copy()
        decisions = iter(dialogue.decisions)
        is_open = True  # nothing leads to the first action, nor to one after the snippet
        for event in dialogue.tracker.applied_events():
            if isinstance(event, ActionExecuted):
                decision = next(decisions)
                if event.name == RULE_SNIPPET:
                    is_open = True
                elif is_open or not decision.is_predictable:
                    is_open = False
                else:
                    yield decision, self._predict(tracker, decision, dialogue)
            tracker.apply(event)

    def _predict(self, tracker: Tracker, decision: Decision, dialogue: TrainingDialogue) -> tuple[str | None, str]:
        is_rule = dialogue.kind == "rule"
        answer = self._answer(tracker, is_rule=is_rule)
        loop = tracker.active_loop_name
        if loop is not None and answer[0] != decision.label and answer[0] == loop:
            # In a dialogue nobody writes down that the loop declined to run.
            tracker.apply(ActionExecutionRejected(name=loop))
            answer = self._answer(tracker, is_rule=is_rule)
        return answer

    def _answer(self, tracker: Tracker, *, is_rule: bool) -> tuple[str | None, str]:
        decided: RuleDecision = self._book.decide(tracker, self._reader)
        source = decided.source
        if source is None:
            source = key_of(since_snippet(self._reader.for_prediction(tracker)))
        if decided.action is None and is_rule:
            return self._fallback or ACTION_LISTEN, source
        return decided.action, source

    def _record_vote(self, dialogue: TrainingDialogue, decision: Decision, predicted: tuple[str | None, str]) -> None:
        action, source = predicted
        name, voted = dialogue.name, decision.label
        if source.startswith(("default intent ", "loop ")):
            name, voted = source, action or voted
        self._votes[source].append(Vote(name, voted, decision.where))

    def _compare(self, dialogue: TrainingDialogue, decision: Decision, predicted: tuple[str | None, str]) -> None:
        action, source = predicted
        is_story = dialogue.kind != "rule"
        if action == decision.label and is_story:
            self._used_in_stories.add(source)
        if action is None or action == decision.label:
            return
        if is_story and action == ACTION_LISTEN and self._is_refined(source):
            self._drop(source)
            return
        others = tuple(vote for vote in self._votes[source] if vote.action != decision.label)
        if others:
            shown = None if action == self._fallback else action
            self._contradictions.append(Contradiction(dialogue, decision, shown, others))

    def _is_refined(self, source: str) -> bool:
        """Whether the source is a rule that listens after one action, and another rule goes on there."""
        rule = self._rules.get(source)
        if rule is None or len(rule.states) > 1:
            return False
        beginning = source[:-2]
        return any(other.startswith(beginning) and other != source for other in self._rules)

    def _drop(self, source: str) -> None:
        del self._rules[source]
        self._book = RuleBook(msgspec.structs.replace(self._data, rules=tuple(self._rules.values())))
