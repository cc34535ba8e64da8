"""The policy that follows rules."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import msgspec
from pydantic import Field

from framework.api import (
    Domain,
    Event,
    LoadContext,
    LoopInterrupted,
    Policy,
    PolicyConfig,
    PolicyTrainingData,
    Prediction,
    RuleBook,
    RuleBookData,
    RuleDecision,
    RuleOnly,
    StateReader,
    Tracker,
    learn_rule_book,
    state_reader,
    train_rules,
)

_FILE = "rules.json"


class RulePolicyConfig(PolicyConfig):
    """What the rule policy can be told. Rules are always matched in full, whatever ``max_history`` says."""

    priority: int = Field(default=4, ge=0, description="Wins a tie of confidence against a lower one.")
    core_fallback_threshold: float = Field(
        default=0.3, ge=0, le=1, description="Confidence of the fallback action where no rule applies."
    )
    core_fallback_action_name: str = Field(
        default="action_default_fallback", description="The action where no policy is more confident."
    )
    enable_fallback_prediction: bool = Field(default=True, description="Whether to fall back at all.")
    restrict_rules: bool = Field(default=True, description="Allow at most one user message in a rule.")
    check_for_contradictions: bool = Field(
        default=True, description="Compare rules with each other and with stories before training."
    )
    use_nlu_confidence_as_score: bool = Field(
        default=False, description="Predict with the confidence of the last message's intent rather than 1."
    )
    enable_feature_string_compression: bool = Field(default=False, description="Accepted for compatibility.")


class _Stored(msgspec.Struct, frozen=True):
    book: RuleBookData
    ignored_actions: frozenset[str]


class RulePolicy(Policy[RulePolicyConfig]):
    """Follows rules, runs active loops, answers default intents, and falls back where nothing applies."""

    Config = RulePolicyConfig
    version = 1
    reads_rules = True

    def __init__(self, config: RulePolicyConfig, context: LoadContext) -> None:
        super().__init__(config, context)
        self._book = RuleBook(RuleBookData())
        self._ignored: frozenset[str] = frozenset()
        self._reader: StateReader | None = None

    def learned_rule_only(self) -> RuleOnly | None:  # noqa: D102
        return self._book.data.rule_only

    def train(self, data: PolicyTrainingData) -> None:
        """Learns the rules. What contradicts them is not reported here but before training."""
        dialogues = [dialogue for dialogue in data.dialogues if dialogue.kind != "augmented"]
        if self.config.check_for_contradictions:
            self._book = train_rules(data.domain, dialogues, fallback=self._fallback).book
        else:
            self._book = RuleBook(learn_rule_book(data.domain, dialogues).without_comparison())
        self._ignored = state_reader(data.domain, dialogues).ignored

    def predict(self, tracker: Tracker, domain: Domain) -> Prediction:  # noqa: D102
        decision = self._book.decide(tracker, self._reader_of(domain))
        probabilities: dict[str, float] = {}
        if self._fallback is not None:
            probabilities[self._fallback] = self.config.core_fallback_threshold
        if decision.action is not None:
            probabilities[decision.action] = self._score(tracker)
        events: list[Event] = [LoopInterrupted(is_interrupted=True)] if decision.returns_from_unhappy_path else []
        return Prediction(
            policy=type(self).__name__,
            priority=self.config.priority,
            probabilities=probabilities,
            events=events,
            is_no_user_prediction=decision.is_no_user,
            is_end_to_end_prediction=decision.is_end_to_end,
            hide_rule_turn=decision.source in self._book.data.hidden_sources,
            reason=_reason(decision),
        )

    def save(self, directory: Path) -> None:  # noqa: D102
        stored = _Stored(self._book.data, self._ignored)
        (directory / _FILE).write_bytes(msgspec.json.encode(stored, order="deterministic"))

    @classmethod
    def load(cls, config: RulePolicyConfig, directory: Path, context: LoadContext) -> Self:  # noqa: D102
        stored = msgspec.json.decode((directory / _FILE).read_bytes(), type=_Stored)
        policy = cls(config, context)
        policy._book = RuleBook(stored.book)
        policy._ignored = stored.ignored_actions
        return policy

    @property
    def _fallback(self) -> str | None:
        return self.config.core_fallback_action_name if self.config.enable_fallback_prediction else None

    def _reader_of(self, domain: Domain) -> StateReader:
        if self._reader is None or self._reader.domain is not domain:
            self._reader = StateReader(domain, self._ignored)
        return self._reader

    def _score(self, tracker: Tracker) -> float:
        message = tracker.latest_message
        if not self.config.use_nlu_confidence_as_score or message is None:
            return 1.0
        return float((message.parse_data.get("intent") or {}).get("confidence", 1.0))


def _reason(decision: RuleDecision) -> str | None:
    if decision.rule is None or decision.action is None:
        return decision.source
    return "rule " + ", ".join(repr(name) for name in decision.rule.names)
