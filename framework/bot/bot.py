"""A bot folder as one object."""

from __future__ import annotations

from pathlib import Path

import msgspec

from framework.bot.config import Config
from framework.bot.domain import Domain
from framework.bot.endpoints import Credentials, Endpoints
from framework.bot.nlu_data import NLUData
from framework.bot.stories import Story, StoryData
from framework.errors import Problem


class BotPaths(msgspec.Struct, frozen=True, kw_only=True):
    """Where the parts of a bot are; relative paths start at ``folder``."""

    folder: Path = Path()
    config: Path = Path("config.yml")
    domain: tuple[Path, ...] = (Path("domain.yml"),)
    """Files or folders, merged."""
    data: tuple[Path, ...] = (Path("data"),)
    endpoints: Path = Path("endpoints.yml")
    credentials: Path = Path("credentials.yml")


class Bot(msgspec.Struct, frozen=True, kw_only=True):
    """A bot folder, read: everything that training needs.

    ``problems`` are what the readers found wrong or noteworthy (errors, warnings and notes); a bot with errors
    is still as complete as could be read, so that further checks can report theirs in the same run.
    """

    paths: BotPaths = BotPaths()
    config: Config = Config()
    domain: Domain = Domain()
    nlu: NLUData = NLUData()
    stories: StoryData = StoryData()
    test_stories: tuple[Story, ...] = ()
    problems: tuple[Problem, ...] = ()


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a bot folder that serving needs beside the model."""

    endpoints: Endpoints = Endpoints()
    credentials: Credentials = Credentials()
