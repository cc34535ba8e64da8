"""A small bot for the tests of training, and how to train it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot
from framework.registry import create_registry
from framework.training.options import TrainingOptions
from framework.training.progress import Progress
from framework.training.trainer import Trainer, TrainingResult

FILES = {
    "config.yml": """
language: en
assistant_id: tea-house
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: CountVectorsFeaturizer
- name: LogisticRegressionClassifier
- name: KeywordIntentClassifier
- name: RegexEntityExtractor
- name: EntitySynonymMapper
policies:
- name: MemoizationPolicy
  max_history: 3
- name: RulePolicy
""",
    "domain.yml": """
version: "3.1"
intents: [greet, order]
entities: [tea]
slots:
  tea:
    type: text
    mappings:
    - type: from_entity
      entity: tea
responses:
  utter_greet:
  - text: Hello!
  utter_served:
  - text: Here you are.
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - good morning
    - hi there
- intent: order
  examples: |
    - a cup please
    - one tea
    - I would like a pot
- lookup: tea
  examples: |
    - oolong
    - sencha
- synonym: sencha
  examples: |
    - green
""",
    "data/stories.yml": """
version: "3.1"
stories:
- story: tea is served
  steps:
  - intent: greet
  - action: utter_greet
  - intent: order
  - action: utter_served
""",
    "data/rules.yml": """
version: "3.1"
rules:
- rule: greet whenever greeted
  steps:
  - intent: greet
  - action: utter_greet
""",
}

LEARNING = (
    "RegexFeaturizer",
    "CountVectorsFeaturizer",
    "LogisticRegressionClassifier",
    "KeywordIntentClassifier",
    "RegexEntityExtractor",
    "EntitySynonymMapper",
    "MemoizationPolicy",
    "RulePolicy",
)
"""The components of the bot that learn something, in the order in which they are trained."""


def write_tea_house(folder: Path) -> None:
    """Writes the bot's files."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def make_trainer(**options: object) -> Trainer:
    """A trainer of the bot in the current folder."""
    bot = read_bot(BotPaths())
    progress = Progress(Console(file=StringIO()))
    return Trainer(bot, create_registry(), TrainingOptions(**options), progress)  # type: ignore[arg-type]


def train(**options: object) -> TrainingResult:
    """Trains the bot in the current folder."""
    trainer = make_trainer(**options)
    trainer.check()
    return trainer.run(trainer.plan())
