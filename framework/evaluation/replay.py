"""Plays test stories against a model: at each step the model says what it would do, then the story has its way."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from msgspec.structs import replace

from framework.bot.domain import Domain
from framework.bot.nlu_data import RESPONSE_KEY_DELIMITER
from framework.bot.stories import ActionStep, BotStep, LoopStep, SlotStep, Story, UserStep
from framework.conversation.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    EntitiesAdded,
    SlotSet,
    UserUttered,
)
from framework.conversation.slots import filled_value
from framework.conversation.tracker import ACTION_LISTEN, Tracker
from framework.dialogue.actions.utter import retrieved_response
from framework.dialogue.assistant import Assistant
from framework.dialogue.decisions import Decisions
from framework.dialogue.entity_slots import slots_of_entities
from framework.dialogue.prediction import Prediction
from framework.dialogue.responses import TemplateResponses
from framework.dialogue.states import ACTION_UNLIKELY_INTENT
from framework.dialogue.understanding import Parser
from framework.evaluation.played import FoundEntities, GivenStep, HeardMessage, PlayedScript, PredictedAction
from framework.evaluation.scripts import Script, scripts_of
from framework.evaluation.understanding import (
    SHORTHAND_PREFIX,
    base_intent,
    brief,
    entities_of,
    found_intent,
    is_understood,
)
from framework.nlu.parse import ParseData
from framework.registry import Registry


class StoryPlayer:
    """Plays scripts against the model of one assistant.

    Actions are not run: what they do to slots and loops stands in the script. Texts of messages are understood by
    ``parser``; without one, a message means what its step says.
    """

    def __init__(self, assistant: Assistant, parser: Parser | None) -> None:
        self._domain = assistant.domain
        self._parser = parser
        self._decisions = Decisions(assistant, TemplateResponses(assistant.domain), None, registry=Registry())

    async def play(self, script: Script) -> PlayedScript:
        """Plays a script to its end, whatever goes wrong on the way."""
        run = _Run(self._domain, self._decisions, PlayedScript(script))
        for step in script.steps:
            match step:
                case UserStep():
                    parsed = None
                    if self._parser is not None and step.text is not None:
                        parsed = await self._parser.parse(step.text)
                    run.hear(step, parsed)
                case ActionStep() | BotStep():
                    run.act(step)
                case SlotStep() | LoopStep():
                    run.give(step)
        run.listen()
        return run.played


class _Run:
    """One script being played."""

    def __init__(self, domain: Domain, decisions: Decisions, played: PlayedScript) -> None:
        self._domain = domain
        self._decisions = decisions
        self._tracker = Tracker(played.script.name, domain)
        self.played = played
        self._latest: tuple[int, UserStep, ParseData] | None = None
        """The latest message: the number of its step among those played, and how it was parsed."""

    def hear(self, step: UserStep, parsed: ParseData | None) -> None:
        """The user says something; where the script has an intent, that is what the conversation goes on with."""
        self.listen()
        self._tracker.apply(_message(step, parsed))
        self._latest = len(self.played.steps), step, parsed or {}
        message = self._tracker.latest_message
        self._tracker.apply_all(slots_of_entities(message.entities if message else (), self._domain))
        if parsed is None:
            self.played.steps.append(GivenStep(step))
            return
        entities = tuple(brief(parsed.get("entities") or ()))
        heard = HeardMessage(step, found_intent(step, parsed), entities, is_understood(step, parsed))
        self.played.steps.append(heard)

    def act(self, step: ActionStep | BotStep) -> None:
        """The bot acts. Nothing leads to an action with which a story begins, so it is taken as given."""
        if self._tracker.latest_message is None and self._tracker.latest_action is None:
            self.played.steps.append(GivenStep(step))
            self._tracker.apply(self._executed(step))
        else:
            self._compare(step, step.name if isinstance(step, ActionStep) else step.text, self._executed(step))

    def give(self, step: SlotStep | LoopStep) -> None:
        """A slot or a loop changes; a slot that the domain does not have is left out."""
        self.played.steps.append(GivenStep(step))
        if isinstance(step, LoopStep):
            self._tracker.apply(ActiveLoop(name=step.name))
        elif step.name in self._domain.slots:
            value = step.value if step.has_value else filled_value(self._domain.slots[step.name])
            self._tracker.apply(SlotSet(name=step.name, value=value))

    def listen(self) -> None:
        """The bot waits for the user, unless it does already."""
        if self._tracker.latest_action is None:
            self._tracker.apply(ActionExecuted(name=ACTION_LISTEN))
        elif self._tracker.latest_action_name != ACTION_LISTEN or self._tracker.events_since_listen():
            self._compare(None, ACTION_LISTEN, ActionExecuted(name=ACTION_LISTEN))

    def _compare(self, step: ActionStep | BotStep | None, expected: str, executed: ActionExecuted) -> None:
        prediction = self._predict(expected)
        is_unlikely = prediction.action == ACTION_UNLIKELY_INTENT != expected
        if is_unlikely:
            self._tracker.apply(ActionExecuted(name=ACTION_UNLIKELY_INTENT))
            prediction = self._predict(expected)
        self._note_entities(prediction)
        action = PredictedAction(
            step=step,
            expected=expected,
            predicted=self._name(prediction, expected),
            policy=prediction.policy or None,
            confidence=prediction.confidence,
            follows_unlikely_intent=is_unlikely,
        )
        self.played.steps.append(action)
        if action.is_right:
            self._tracker.apply_all(prediction.events)
            executed = replace(executed, hide_rule_turn=prediction.hide_rule_turn)
        self._tracker.apply(executed)

    def _note_entities(self, prediction: Prediction) -> None:
        """Where the words of a message count, those entities count as understood that the policy found in them."""
        if self._latest is None or not prediction.is_end_to_end_prediction:
            return
        (place, step, parsed), self._latest = self._latest, None
        found = [entity for event in prediction.events if isinstance(event, EntitiesAdded) for entity in event.entities]
        tokens = parsed.get("text_tokens")
        self.played.found.append(FoundEntities(step, prediction.policy, tuple(found), tokens))
        heard = self.played.steps[place]
        if isinstance(heard, HeardMessage) and found:
            tracker = self._tracker.copy()
            tracker.apply_all(prediction.events)
            everything = tracker.latest_message.entities if tracker.latest_message else found
            understood = is_understood(step, {**parsed, "entities": everything})
            self.played.steps[place] = HeardMessage(step, heard.intent, tuple(brief(everything)), understood)

    def _predict(self, expected: str) -> Prediction:
        prediction = self._decisions.predict(self._tracker)
        loop = self._tracker.active_loop_name
        if loop is not None and prediction.action == loop != expected:
            # Nobody writes down that a form declined to run; that the script goes on with something else says so.
            self._tracker.apply(ActionExecutionRejected(name=loop))
            prediction = self._decisions.predict(self._tracker)
        return prediction

    def _name(self, prediction: Prediction, expected: str) -> str:
        """The action that was chosen; of a retrieval intent's action the very answer, if the script may name one."""
        action = prediction.action or ACTION_LISTEN
        if action == expected:
            return action
        return retrieved_response(action, self._tracker) or action

    def _executed(self, step: ActionStep | BotStep) -> ActionExecuted:
        if isinstance(step, BotStep):
            return ActionExecuted(name=None, action_text=step.text)
        base = step.name.partition(RESPONSE_KEY_DELIMITER)[0]
        known = self._domain.action_names
        return ActionExecuted(name=base if base in known and step.name not in known else step.name)


def _message(step: UserStep, parsed: ParseData | None) -> UserUttered:
    understood: ParseData = parsed or {}
    if step.intent is not None:
        intent = {"name": base_intent(step.intent), "confidence": 1.0}
        is_shorthand = step.text is not None and step.text.startswith(SHORTHAND_PREFIX)
        entities = understood.get("entities", []) if is_shorthand else entities_of(step)
        understood = {**understood, "intent": intent, "entities": entities}
    elif parsed is None:
        understood = {"intent": {"name": None, "confidence": 0.0}, "entities": entities_of(step)}
    return UserUttered(text=step.text, parse_data={**understood, "text": step.text})


async def play_all(player: StoryPlayer, stories: Iterable[Story], *, limit: int | None = None) -> list[PlayedScript]:
    """Plays every way through the stories, no more than ``limit`` of them."""
    return [await player.play(script) for script in islice(scripts_of(stories), limit)]
