"""A small bot with a form and an action of its own, whose files have comments to lose."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "config.yml": """\
assistant_id: tea-room
language: en
pipeline:
- name: WhitespaceTokenizer
- name: KeywordIntentClassifier
- name: RegexEntityExtractor
policies:
- name: MemoizationPolicy
- name: RulePolicy
""",
    "domain.yml": """\
version: "3.1"
# what people want
intents: [greet, order, ask_price]
entities:
- tea   # what we have
slots:
  tea:
    type: text
    mappings:
    - type: from_entity
      entity: tea
  paid:
    type: bool
    mappings:
    - type: custom
forms:
  tea_form:
    required_slots: [tea]
actions:
- action_pour
responses:
  # said first
  utter_greet:
  - text: "Welcome!"

  utter_ask_tea:
  - text: "Which tea?"

  utter_price:
  - text: "Three."
""",
    "data/nlu.yml": """\
version: "3.1"
nlu:
# when people come in
- intent: greet
  examples: |
    - hello
    - hi

- intent: order
  examples: |
    - bring me
    - please

- intent: ask_price
  examples: |
    - how much

- lookup: tea
  examples: |
    - mint tea
    - black tea
""",
    "data/stories.yml": """\
version: "3.1"
stories:
# the usual way
- story: come in   # and be welcome
  steps:
  - intent: greet
  - action: utter_greet

# rules come last
rules:
- rule: ask
  steps:
  - intent: order
  - action: tea_form
  - active_loop: tea_form
- rule: pour
  condition:
  - active_loop: tea_form
  steps:
  - action: tea_form
  - active_loop: null
  - action: action_pour
""",
    "actions.py": """\
from rasa_sdk import Action
from rasa_sdk.events import SlotSet


class ActionPour(Action):
    def name(self):
        return "action_pour"

    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"Here is your {tracker.get_slot('tea')}.")
        return [SlotSet("paid", True)]
""",
}


def write_tea_room(folder: Path) -> None:
    """Writes the bot's files."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
