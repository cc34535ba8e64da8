"""Trains one policy on a few stories and rules, and asks it what comes next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from framework.bot.domain import Domain
from framework.conversation.events import Event
from framework.conversation.tracker import Tracker
from framework.dialogue.policy import Policy, PolicyTrainingData
from framework.dialogue.prediction import Prediction
from framework.dialogue.unroll import unroll
from framework.nlu.component import LoadContext
from tests.dialogue.talking import bot_of

DOMAIN = """
    intents: [greet, order, faq, inform, stop, affirm]
    entities: [size]
    actions: [act_a, act_b, act_c]
    slots:
      size: {type: text, mappings: [{type: from_entity, entity: size}]}
      detailed: {type: bool, mappings: [{type: custom}]}
      lang: {type: text, initial_value: en, mappings: [{type: custom}]}
    forms:
      form: {required_slots: [size]}
    """


class Trained:
    """A policy that was trained on the given stories and rules, saved, and loaded again."""

    def __init__(self, policy: type[Policy[Any]], folder: Path, data: str, **options: Any) -> None:
        bot = bot_of(folder, DOMAIN, data)
        self.domain: Domain = bot.domain
        context = LoadContext(name=policy.__name__)
        config = policy.Config(**options)
        trained = policy(config, context)
        dialogues = unroll(bot.stories, bot.domain, augmentation=5)
        trained.train(PolicyTrainingData(domain=bot.domain, stories=bot.stories, dialogues=dialogues))
        (folder / "model").mkdir(exist_ok=True)
        trained.save(folder / "model")
        self.policy = policy.load(config, folder / "model", context)

    def after(self, *events: Event) -> Prediction:
        """What the policy says after these events."""
        return self.policy.predict(Tracker.from_events("ann", self.domain, events), self.domain)
