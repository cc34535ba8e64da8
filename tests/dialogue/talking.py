"""Makes small bots from YAML, trains them in process, and talks to them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from framework.bot.bot import Bot, BotPaths
from framework.bot.reader import read_bot
from framework.conversation.events import Event, event_to_dict
from framework.conversation.tracker import Tracker
from framework.dialogue.action_runner import ActionFailed, ActionResult, ActionRunner
from framework.dialogue.assistant import Assistant
from framework.dialogue.channel import BotMessage, OutputChannel, UserMessage
from framework.dialogue.ensemble import Ensemble
from framework.dialogue.policy import PolicyTrainingData
from framework.dialogue.turn import TurnProcessor
from framework.dialogue.understanding import DirectParser
from framework.dialogue.unroll import unroll
from framework.errors import Severity
from framework.model.config import configure
from framework.nlu.component import LoadContext
from framework.registry import Registry, create_registry
from framework.storage.locks import InProcessLockStore
from framework.storage.memory import InMemoryTrackerStore
from framework.storage.ports import TrackerStore
from framework.storage.reminders import Reminders

SENDER = "visitor"
RULES = "recipe: default.v1\nassistant_id: little-bot\npipeline: []\npolicies:\n- name: RulePolicy\n"
RULES_WITHOUT_FALLBACK = f"{RULES}  enable_fallback_prediction: false\n"


def bot_of(folder: Path, domain: str, data: str = "", config: str = RULES) -> Bot:
    """A bot of these files, with rules as its only policy; its files must be free of errors."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "config.yml").write_text(config, encoding="utf-8")
    (folder / "domain.yml").write_text('version: "3.1"\n' + textwrap.dedent(domain), encoding="utf-8")
    (folder / "data" / "rules.yml").write_text('version: "3.1"\n' + textwrap.dedent(data), encoding="utf-8")
    bot = read_bot(BotPaths(folder=folder))
    assert not [problem for problem in bot.problems if problem.severity is Severity.ERROR]
    return bot


def assistant_of(bot: Bot) -> Assistant:
    """Trains the bot's policies."""
    components, problems = configure(bot.config.policies or (), ("policy",), create_registry())
    assert not problems
    dialogues = unroll(bot.stories, bot.domain, augmentation=0)
    data = PolicyTrainingData(domain=bot.domain, stories=bot.stories, dialogues=dialogues)
    policies = []
    for component in components:
        policy = component.cls(component.config, LoadContext(name=component.name))
        policy.train(data)
        policies.append(policy)
    return Assistant(domain=bot.domain, ensemble=Ensemble(policies), model_id="m1", assistant_id="little-bot")


class Screen(OutputChannel):
    """A channel that shows what it is given."""

    name = "screen"

    def __init__(self) -> None:
        self.messages: list[BotMessage] = []

    async def send(self, recipient_id: str, message: BotMessage) -> None:
        self.messages.append(message)


@dataclass
class Talk:
    """One conversation with a bot."""

    assistant: Assistant
    store: TrackerStore = field(default_factory=InMemoryTrackerStore)
    own_actions: ActionRunner | None = None
    registry: Registry | None = None
    reminders: Reminders | None = None
    screen: Screen = field(default_factory=Screen)

    def __post_init__(self) -> None:
        self.processor = TurnProcessor(
            self.assistant,
            self.store,
            InProcessLockStore(),
            DirectParser(self.assistant.pipeline, self.assistant.domain),
            own_actions=self.own_actions,
            registry=self.registry,
            reminders=self.reminders,
        )

    async def say(self, text: str, **more: Any) -> list[str | None]:
        """Says something, and returns the texts of the answer."""
        said = len(self.screen.messages)
        await self.processor.handle(UserMessage(text=text, sender_id=SENDER, **more), self.screen)
        return [message.text for message in self.screen.messages[said:]]

    async def tracker(self) -> Tracker:
        return await self.processor.fetch_tracker(SENDER)

    async def slots(self) -> dict[str, Any]:
        """The slots that have a value."""
        return {name: value for name, value in (await self.tracker()).slots.items() if value is not None}

    async def events(self) -> list[Event]:
        return (await self.store.load_all(SENDER)).events

    async def latest_turn(self) -> list[str]:
        """What happened from the latest user message on, in short."""
        events = await self.events()
        start = max(place for place, event in enumerate(events) if event_to_dict(event)["event"] == "user")
        return [short(event) for event in events[start:]]


def short(event: Event) -> str:
    """``action utter_greet``, ``slot size=3``, ``bot Hello`` ..."""
    data = event_to_dict(event)
    match data["event"]:
        case "slot":
            return f"slot {data['name']}={data['value']}"
        case "user" | "bot":
            return f"{data['event']} {data['text']}"
        case "action" | "active_loop" | "action_execution_rejected":
            return f"{data['event']} {data['name']}"
        case kind:
            return str(kind)


Answer = dict[str, Any]


class ActionsInProcess:
    """Runs actions that are functions of the tracker, and notes which ran."""

    def __init__(self, **actions: Callable[[Tracker], Answer]) -> None:
        self._actions = actions
        self.ran: list[str] = []

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        self.ran.append(name)
        if name not in self._actions:
            raise ActionFailed(f"action {name!r} is nowhere")
        return ActionResult(**self._actions[name](tracker))

    async def close(self) -> None:
        """Holds nothing."""


def slot(name: str, value: Any) -> dict[str, Any]:
    """A slot event as an action server returns it."""
    return {"event": "slot", "timestamp": None, "name": name, "value": value}
