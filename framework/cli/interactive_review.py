"""Putting right, together with the author, what the bot understood and what it wants to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from framework.authoring.corrections import (
    FALLBACK_INTENT,
    annotated_text,
    intent_of,
    ranked_intents,
    with_annotated_text,
    with_intent,
)
from framework.bot.domain import DEFAULT_ACTIONS, DEFAULT_INTENTS
from framework.bot.nlu_data import RESPONSE_KEY_DELIMITER
from framework.cli.interactive_bot import LearningBot
from framework.cli.interactive_questions import Option, Questions
from framework.cli.shell_explainer import describe_parse, describe_prediction
from framework.conversation.tracker import ACTION_LISTEN
from framework.dialogue.actions.utter import UTTER_PREFIX
from framework.dialogue.prediction import Prediction
from framework.nlu.parse import ParseData

_NEW = "+"
_DOUBTFUL = 0.5  # such an action is most often a fallback, which takes back what was said
_UNCHOOSABLE = "..."


class MessageReview:
    """Asks whether a message is understood, until it is. ``told_intents`` are those of the examples."""

    def __init__(
        self, bot: LearningBot, questions: Questions, say: Callable[[str], None], told_intents: Iterable[str]
    ) -> None:
        self._bot = bot
        self._questions = questions
        self._say = say
        self._keyed = [name for name in dict.fromkeys(told_intents) if RESPONSE_KEY_DELIMITER in name]

    async def settle(self, parsed: ParseData) -> ParseData:
        """The message as the author means it."""
        while True:
            if intent_of(parsed) is None:
                parsed = await self._other_intent(parsed)
            for line in describe_parse(parsed):
                self._say(line)
            options = [
                Option("yes"),
                Option("intent", "no, another intent"),
                Option("entities", "no, other entities"),
            ]
            answer = await self._questions.choose("Is that what it means?", options)
            if answer == "yes":
                await self._learn_names(parsed)
                return parsed
            parsed = await (self._other_intent(parsed) if answer == "intent" else self._other_entities(parsed))

    async def _other_intent(self, parsed: ParseData) -> ParseData:
        ranked = ranked_intents(parsed, self._choosable())
        options = [Option(name, f"{name}  {score:.2f}" if score else name) for name, score in ranked.items()]
        chosen = await self._questions.choose("Which intent?", [*options, Option(_NEW, "+ a new intent")])
        if chosen == _NEW:
            chosen = await _name(self._questions, "Name of the new intent")
        return with_intent(parsed, chosen, self._bot.domain)

    async def _other_entities(self, parsed: ParseData) -> ParseData:
        while True:
            marked = await self._questions.text("Mark the entities as [words](entity)", annotated_text(parsed))
            try:
                return with_annotated_text(parsed, marked)
            except ValueError as error:
                self._say(f"  {error}")

    def _choosable(self) -> list[str]:
        """All intents: the author's first; of a retrieval intent its keys."""
        keyed = {name.partition(RESPONSE_KEY_DELIMITER)[0] for name in self._keyed}
        own = [name for name in self._bot.domain.intents if name not in DEFAULT_INTENTS and name not in keyed]
        return [*own, *self._keyed, *(name for name in DEFAULT_INTENTS if name not in own)]

    async def _learn_names(self, parsed: ParseData) -> None:
        await self._bot.add_intent((parsed.get("intent") or {}).get("name") or FALLBACK_INTENT)
        await self._bot.add_entities(entity["entity"] for entity in parsed.get("entities") or [])


class ActionReview:
    """Asks whether the next action is right, and which is."""

    def __init__(self, bot: LearningBot, questions: Questions) -> None:
        self._bot = bot
        self._questions = questions

    async def settle(self, prediction: Prediction) -> str:
        """The name of the action that comes next."""
        if prediction.action is None:
            return await self._other(prediction)
        waiting = " (wait for the user)" if prediction.action == ACTION_LISTEN else ""
        proposal = " ".join(describe_prediction(prediction).split()[1:])
        options = [Option("yes"), Option("no", "no, another action")]
        if prediction.confidence < _DOUBTFUL:
            options.reverse()
        answer = await self._questions.choose(f"Next: {proposal}{waiting}. Right?", options)
        return prediction.action if answer == "yes" else await self._other(prediction)

    async def _other(self, prediction: Prediction) -> str:
        scores = prediction.probabilities
        names = sorted(self._choosable(), key=lambda name: -scores.get(name, 0.0))
        options = [Option(name, f"{name}  {scores[name]:.2f}" if scores.get(name) else name) for name in names]
        chosen = await self._questions.choose("Which action?", [*options, Option(_NEW, "+ a new action")])
        return await self._invent() if chosen == _NEW else chosen

    def _choosable(self) -> list[str]:
        """All actions: listening, the author's, then the other default ones."""
        own = [name for name in self._bot.domain.action_names if name not in DEFAULT_ACTIONS]
        default = [name for name in DEFAULT_ACTIONS if name not in (_UNCHOOSABLE, ACTION_LISTEN)]
        return [ACTION_LISTEN, *own, *default]

    async def _invent(self) -> str:
        name = await _name(self._questions, f"Name of the new action ({UTTER_PREFIX}… for a response)")
        if name in self._bot.domain.action_names:
            return name
        if name.startswith(UTTER_PREFIX):
            text = ""
            while not text:
                text = await self._questions.text("What does it say")
            await self._bot.add_response(name, text)
        else:
            await self._bot.add_action(name)
        return name


async def _name(questions: Questions, question: str) -> str:
    while True:
        name = await questions.text(question)
        if name and not any(character.isspace() for character in name) and not name.startswith(("/", "+", ":")):
            return name
