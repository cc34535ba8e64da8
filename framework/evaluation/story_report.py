"""The figures of a test with stories: how many conversations, messages and actions went as written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from framework.bot.nlu_data import Example
from framework.evaluation.entities import EntityEvaluation, EntityPrediction
from framework.evaluation.labels import label_report
from framework.evaluation.parsed_example import ParsedExample
from framework.evaluation.played import HeardMessage, PlayedScript, PredictedAction

NO_INTENT = "no intent"


@dataclass(frozen=True)
class StoryReport:
    """What came of all test stories."""

    played: Sequence[PlayedScript]

    @cached_property
    def right(self) -> list[PlayedScript]:
        """The stories that went as written from beginning to end."""
        return [story for story in self.played if story.is_right]

    @cached_property
    def failed(self) -> list[PlayedScript]:
        """The stories in which something went another way."""
        return [story for story in self.played if not story.is_right]

    @cached_property
    def with_warnings(self) -> list[PlayedScript]:
        """The stories that went as written although the model found a message unlikely."""
        return [story for story in self.right if story.has_warnings]

    @cached_property
    def actions(self) -> list[PredictedAction]:
        """The actions of all stories."""
        return [action for story in self.played for action in story.actions]

    @cached_property
    def messages(self) -> list[HeardMessage]:
        """The messages of all stories that were understood by the model."""
        return [message for story in self.played for message in story.messages]

    @cached_property
    def policy_entities(self) -> list[EntityEvaluation]:
        """How well each policy found the entities of those messages whose words counted; of policies that find any."""
        found: dict[str, list[EntityPrediction]] = {}
        for one in (one for story in self.played for one in story.found):
            example = Example(text=one.step.text or "", entities=one.step.annotations, where=one.step.where)
            parsed = {} if one.tokens is None else {"text_tokens": one.tokens}
            message = ParsedExample(example=example, parsed=parsed)
            found.setdefault(one.policy, []).append(EntityPrediction(message, one.entities))
        return [
            EntityEvaluation(policy, tuple(predictions))
            for policy, predictions in found.items()
            if any(prediction.predicted for prediction in predictions)
        ]

    @property
    def accuracy(self) -> float:
        """The share of stories that went as written; 0 where there are none."""
        return len(self.right) / len(self.played) if self.played else 0.0

    @property
    def expected_actions(self) -> list[str]:
        """The action that each decision should come to."""
        return [action.expected for action in self.actions]

    @property
    def predicted_actions(self) -> list[str]:
        """The action that each decision came to."""
        return [action.predicted for action in self.actions]

    def to_dict(self) -> dict[str, Any]:
        """The content of ``story_report.json``: scores by action and intent, averages, and the share of stories."""
        with_intent = [message for message in self.messages if message.step.intent is not None]
        expected = [str(message.step.intent) for message in with_intent]
        predicted = [message.intent or NO_INTENT for message in with_intent]
        return {
            **label_report([*self.expected_actions, *expected], [*self.predicted_actions, *predicted]),
            "conversation_accuracy": {
                "accuracy": self.accuracy,
                "correct": len(self.right),
                "with_warnings": len(self.with_warnings),
                "total": len(self.played),
            },
        }
