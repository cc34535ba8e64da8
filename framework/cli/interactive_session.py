"""The course of ``framework interactive``: turn by turn, with a way back from every step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from rich.table import Table

from framework.authoring.corrections import SHORTHAND_PREFIX, intent_of
from framework.cli.interactive_questions import MENU, Commanded, EndOfInput, Option, Questions
from framework.cli.interactive_review import ActionReview, MessageReview
from framework.cli.shell_explainer import describe_changes
from framework.cli.shell_screen import ShellScreen
from framework.nlu.worker import MessageTooLong

if TYPE_CHECKING:
    from rich.console import Console

    from framework.authoring.teaching import Teaching
    from framework.cli.interactive_bot import LearningBot
    from framework.cli.interactive_export import Export
    from framework.conversation.tracker import Tracker

_COMMANDS = {
    "continue": "go on",
    "undo": "take the last step back",
    "fork": "begin another conversation that is the same up to an earlier message",
    "restart": "begin a new conversation; this one is kept",
    "slots": "show what the bot remembers",
    "export": "write what was taught to the bot's files, and go on",
    "quit": "leave",
}


class InteractiveSession:
    """Talks until the author leaves. ``moved`` is called after every step."""

    def __init__(
        self,
        bot: LearningBot,
        teaching: Teaching,
        questions: Questions,
        console: Console,
        export: Export,
        *,
        moved: Callable[[], None],
    ) -> None:
        self._bot = bot
        self._teaching = teaching
        self._questions = questions
        self._console = console
        self._screen = ShellScreen(console)
        self._export = export
        self._moved = moved
        self._messages = MessageReview(bot, questions, self._screen.note, export.told_intents)
        self._actions = ActionReview(bot, questions)
        self._slots: dict[str, object] = {}
        self._commands: dict[str, Callable[[], Awaitable[bool]]] = {
            MENU: self._menu,
            "continue": self._go_on,
            "help": self._help,
            "undo": self._undo,
            "fork": self._fork,
            "restart": self._restart,
            "slots": self._show_slots,
            "export": self._write,
            "quit": self._quit,
        }

    async def run(self) -> bool:
        """Goes from step to step; returns whether the author left, rather than that there was no more input."""
        try:
            self._note_step(await self._teaching.begin())
            goes_on = True
            while goes_on:
                goes_on = await self._step()
        except EndOfInput:
            return False
        return True

    async def _step(self) -> bool:
        try:
            await (self._listen() if self._teaching.is_listening else self._decide())
        except Commanded as wish:
            return await self._obey(wish.command)
        return True

    async def _listen(self) -> None:
        text = self._screen.take_choice(await self._questions.message())
        try:
            parsed = await self._bot.parse(text)
        except MessageTooLong as error:
            self._screen.note(f"{error}.")
            return
        is_settled = text.startswith(SHORTHAND_PREFIX) and intent_of(parsed) is not None
        meant = parsed if is_settled else await self._messages.settle(parsed)
        self._note_step(await self._teaching.hear(meant, self._screen.name))

    async def _decide(self) -> None:
        prediction, _ = await self._teaching.predict()
        action = await self._actions.settle(prediction)
        if action in self._bot.without_code:
            tracker = await self._teaching.act_in_name(action)
            self._screen.note(f"  {action} has no code yet; it is noted as if it had run")
        elif action == prediction.action:
            tracker = await self._teaching.act(prediction, self._screen)
        else:
            tracker = await self._teaching.act_otherwise(action, prediction, self._screen)
        self._note_step(tracker)

    def _note_step(self, tracker: Tracker) -> None:
        slots = dict(tracker.slots)
        for line in describe_changes(self._slots or slots, slots):
            self._screen.note(line)
        self._slots = slots
        self._moved()

    async def _obey(self, command: str) -> bool:
        """Does what was asked for; returns whether the session goes on. A command may itself be broken off."""
        do = self._commands.get(command)
        if do is None:
            self._screen.note(f"There is no command :{command}.")
            do = self._help
        try:
            return await do()
        except Commanded as wish:
            return wish.command == MENU or await self._obey(wish.command)

    async def _menu(self) -> bool:
        options = [Option(name, f"{name:<9} {meaning}") for name, meaning in _COMMANDS.items()]
        return await self._obey(await self._questions.choose("What now?", options))

    async def _go_on(self) -> bool:
        return True

    async def _help(self) -> bool:
        for name, meaning in _COMMANDS.items():
            self._screen.note(f"  :{name:<9} {meaning}")
        return True

    async def _undo(self) -> bool:
        tracker = await self._teaching.undo()
        if tracker is None:
            self._screen.note("There is nothing to take back.")
            return True
        self._screen.note("The last step is taken back.")
        self._note_step(tracker)
        return True

    async def _fork(self) -> bool:
        steps = self._teaching.current.steps
        said = [(number, step.message) for number, step in enumerate(steps) if step.message is not None]
        if not said:
            self._screen.note("There is no message yet to fork before.")
            return True
        options = [Option(str(count), f"{count}  {parsed['text']}") for count, (_, parsed) in enumerate(said, 1)]
        chosen = int(await self._questions.choose("Before which message?", options))
        self._note_step(await self._teaching.fork(said[chosen - 1][0]))
        self._screen.note("This is another conversation now; the one before is kept.")
        return True

    async def _restart(self) -> bool:
        self._note_step(await self._teaching.begin_anew())
        self._screen.note("A new conversation; the one before is kept.")
        return True

    async def _show_slots(self) -> bool:
        table = Table("slot", "value")
        for name, value in self._slots.items():
            if value is not None:
                table.add_row(name, repr(value))
        self._console.print(table)
        return True

    async def _write(self) -> bool:
        await self._export.run(self._questions)
        return True

    async def _quit(self) -> bool:
        if self._export.has_news:
            options = [Option("yes"), Option("no", "no, forget it")]
            if await self._questions.choose("Export what was taught before leaving?", options) == "yes":
                return not await self._export.run(self._questions)
        return False
