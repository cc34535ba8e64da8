"""The built-in commands, known by name without importing them, and those that plugins add."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from framework.errors import Problem, UsageError, one_of

if TYPE_CHECKING:
    from framework.registry import Registry


class Command(Protocol):
    """What a command is: a module (or an object) with these three names."""

    SUMMARY: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declares the command's own flags."""

    def run(self, args: argparse.Namespace) -> int:
        """Does the work and returns the exit status."""


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A command of the framework's own: its words, its module, and one line of what it is for."""

    words: tuple[str, ...]
    module: str
    summary: str


BUILT_IN: tuple[BuiltIn, ...] = (
    BuiltIn(("init",), "framework.cli.init", "make a small bot in a new folder"),
    BuiltIn(("train",), "framework.cli.train", "train a model of the bot in this folder"),
    BuiltIn(("train", "nlu"), "framework.cli.train_nlu", "train a model that only understands messages"),
    BuiltIn(
        ("train", "core"),
        "framework.cli.train_core",
        "train a model that only predicts actions, or several to compare policies",
    ),
    BuiltIn(("shell",), "framework.cli.shell", "talk to the bot in the terminal"),
    BuiltIn(("shell", "nlu"), "framework.cli.shell_nlu", "see what the model understands, as JSON"),
    BuiltIn(("run",), "framework.cli.run", "serve the bot over HTTP and its channels"),
    BuiltIn(("run", "actions"), "framework.cli.run_actions", "serve the bot's own actions"),
    BuiltIn(("test",), "framework.cli.test", "play test stories, and test how well the messages are understood"),
    BuiltIn(("test", "core"), "framework.cli.test_core", "play test stories against a model"),
    BuiltIn(
        ("test", "e2e"), "framework.cli.test_e2e", "hold whole conversations with the bot, its own actions included"
    ),
    BuiltIn(("test", "nlu"), "framework.cli.test_nlu", "test how well the messages are understood"),
    BuiltIn(("data", "validate"), "framework.cli.data_validate", "check the bot's files without training"),
    BuiltIn(
        ("data", "split", "nlu"), "framework.cli.data_split_nlu", "divide the NLU data into training data and test data"
    ),
    BuiltIn(
        ("data", "split", "stories"),
        "framework.cli.data_split_stories",
        "divide the stories into some to train with and some to test with",
    ),
    BuiltIn(("data", "convert"), "framework.cli.data_convert", "make YAML of training data in other and older formats"),
    BuiltIn(
        ("data", "migrate"),
        "framework.cli.data_migrate",
        "bring the files of a 2.x bot to the 3.1 format, and keep their comments",
    ),
    BuiltIn(("interactive",), "framework.cli.interactive", "teach the bot by talking to it"),
    BuiltIn(("interactive", "core"), "framework.cli.interactive_core", "teach the bot by talking to it in intents"),
    BuiltIn(
        ("visualize",), "framework.cli.visualize", "draw the stories and rules as a graph, to look at in a browser"
    ),
    BuiltIn(("evaluate", "markers", "all"), "framework.cli.evaluate_markers_all", "find markers in all conversations"),
    BuiltIn(
        ("evaluate", "markers", "first_n"),
        "framework.cli.evaluate_markers_first_n",
        "find markers in the first N conversations",
    ),
    BuiltIn(
        ("evaluate", "markers", "sample_n"),
        "framework.cli.evaluate_markers_sample_n",
        "find markers in N conversations picked at random",
    ),
    BuiltIn(("plugins",), "framework.cli.plugins", "list the components that are installed"),
    BuiltIn(("plugins", "show"), "framework.cli.plugins_show", "print the configuration keys of a component"),
)


def find_built_in(words: Sequence[str]) -> BuiltIn | None:
    """The built-in command with the most words that ``words`` begins with."""
    fitting = [command for command in BUILT_IN if tuple(words[: len(command.words)]) == command.words]
    return max(fitting, key=lambda command: len(command.words), default=None)


def sub_commands(words: tuple[str, ...]) -> list[BuiltIn]:
    """The built-in commands that go on from ``words``."""
    return [command for command in BUILT_IN if len(command.words) > len(words) and command.words[: len(words)] == words]


def import_built_in(command: BuiltIn) -> Command:
    """Imports a command's module."""
    return cast("Command", importlib.import_module(command.module))


def load_plugin_command(name: str, registry: Registry) -> Command:
    """Imports a command that a plugin provides.

    Raises:
        UsageError: there is no such command.
    """
    if registry.find(name, ["command"]) is None:
        known = [command.words[0] for command in BUILT_IN] + [spec.name for spec in registry.specs(["command"])]
        raise UsageError(
            Problem(code="unknown-command", what=f"unknown command {name!r}", fix=one_of(name, dict.fromkeys(known)))
        )
    return cast("Command", registry.load(name, ["command"]))
