"""A small café: its stories, and policies that learn from them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from framework.bot.bot import Bot
from framework.conversation.events import Event
from framework.conversation.tracker import Tracker
from framework.dialogue.policy import Featurize, Policy, PolicyTrainingData
from framework.dialogue.prediction import Prediction
from framework.dialogue.unroll import unroll
from framework.nlu.batch import MessageBatch
from framework.nlu.component import LoadContext
from framework.registry import create_registry
from tests.dialogue.talking import bot_of

LEARNED = ("TEDPolicy", "LSTMPolicy")
FAST: dict[str, Any] = {"max_history": 5, "epochs": 60, "random_seed": 1}

DOMAIN = """
    intents: [greet, order, inform, hours, affirm, deny, thank, bye]
    entities: [size]
    actions: [act_brew]
    e2e_actions: ["I am so sorry!", "That makes our day."]
    responses:
      utter_greet: [{text: Hello}]
      utter_ask_size: [{text: Small or large?}]
      utter_confirm: [{text: Shall I make it?}]
      utter_hours: [{text: Eight to six.}]
      utter_cancelled: [{text: Never mind.}]
      utter_welcome: [{text: You are welcome.}]
      utter_bye: [{text: Bye}]
      utter_ready: [{text: Here you are.}]
    slots:
      size: {type: categorical, values: [small, large], mappings: [{type: from_entity, entity: size}]}
      has_card: {type: bool, mappings: [{type: custom}]}
    """

STORIES = """
    stories:
    - story: greet
      steps: [{intent: greet}, {action: utter_greet}]
    - story: order
      steps:
      - intent: order
      - action: utter_ask_size
      - intent: inform
        entities: [{size: large}]
      - slot_was_set: [{size: large}]
      - action: utter_confirm
      - intent: affirm
      - action: act_brew
      - action: utter_ready
    - story: order cancelled
      steps:
      - intent: order
      - action: utter_ask_size
      - intent: inform
        entities: [{size: small}]
      - slot_was_set: [{size: small}]
      - action: utter_confirm
      - intent: deny
      - action: utter_cancelled
    - story: hours
      steps: [{intent: hours}, {action: utter_hours}]
    - story: thanks after an order
      steps: [{action: utter_ready}, {intent: thank}, {action: utter_welcome}]
    - story: bye
      steps: [{intent: bye}, {action: utter_bye}]
    """

WORDS = """
    stories:
    - story: order by intent
      steps: [{intent: order}, {action: utter_ask_size}]
    - story: greet
      steps: [{intent: greet}, {action: utter_greet}]
    - story: complaint
      steps: [{user: my coffee has gone cold already}, {bot: I am so sorry!}]
    - story: compliment
      steps: [{user: what a lovely place you have here}, {bot: That makes our day.}]
    """


@cache
def cafe() -> Bot:
    """The bot."""
    return bot_of(Path(mkdtemp()), DOMAIN, STORIES)


@cache
def cafe_by_words() -> Bot:
    """A bot some of whose stories are told by words."""
    return bot_of(Path(mkdtemp()), DOMAIN, WORDS)


def teach(name: str, bot: Bot, *, featurize: Featurize = MessageBatch.of, **options: Any) -> Policy[Any]:
    """Trains a policy on a bot's stories."""
    policy = untrained(name, **options)
    policy.train(training_data(bot, featurize))
    return policy


def untrained(name: str, **options: Any) -> Policy[Any]:
    """A policy that has learned nothing yet."""
    cls = create_registry().load(name, ("policy",))
    policy: Policy[Any] = cls(cls.Config(**{**FAST, **options}), LoadContext(name=name))
    return policy


def training_data(bot: Bot, featurize: Featurize = MessageBatch.of) -> PolicyTrainingData:
    """What policies learn of a bot."""
    dialogues = unroll(bot.stories, bot.domain, augmentation=10)
    return PolicyTrainingData(domain=bot.domain, stories=bot.stories, dialogues=dialogues, featurize=featurize)


@cache
def taught(name: str) -> Policy[Any]:
    """The policy trained on the café's stories, once for all tests."""
    return teach(name, cafe())


def reloaded(policy: Policy[Any], folder: Path, **options: Any) -> Policy[Any]:
    """The policy as it comes back from disk."""
    policy.save(folder)
    config = policy.Config(**{**policy.config.model_dump(), **options})
    return type(policy).load(config, folder, policy.context)


def after(policy: Policy[Any], *events: Event, bot: Bot | None = None) -> Prediction:
    """What the policy says after these events."""
    domain = (bot or cafe()).domain
    return policy.predict(Tracker.from_events("ann", domain, events), domain)
