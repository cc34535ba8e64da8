"""Reads a bot folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from framework.bot.bot import Bot, BotPaths, Services
from framework.bot.config import Config
from framework.bot.config_reader import read_config
from framework.bot.document import Mapping
from framework.bot.domain import Domain
from framework.bot.domain_reader import DomainReader
from framework.bot.endpoints import Credentials, Endpoints
from framework.bot.environment import expand_variables
from framework.bot.file_kinds import NLU_JSON_KEY, NLU_KEYS, holds, is_readable
from framework.bot.files import Files
from framework.bot.importers import BotFiles, find_files
from framework.bot.nlu_data import RESPONSE_KEY_DELIMITER, NLUData
from framework.bot.nlu_gatherer import NLUGatherer
from framework.bot.nlu_json_reader import read_nlu_json
from framework.bot.nlu_reader import NLUReader
from framework.bot.problems import Problems, only_errors
from framework.bot.responses import Responses, read_responses
from framework.bot.services_reader import read_credentials, read_endpoints
from framework.bot.stories import Rule, Story, StoryData
from framework.bot.story_reader import StoryReader
from framework.errors import BotError, Severity


def read_bot(paths: BotPaths) -> Bot:
    """Reads everything that training needs; what is wrong in the files is in the bot's ``problems``."""
    problems = Problems()
    files = Files(problems)
    config_file = files.load(paths.folder / paths.config)
    config = Config()
    if config_file is not None:
        expand_variables(config_file, problems)
        config = read_config(config_file, problems)
    found = find_files(paths, config, config_file, files, problems)
    training = [file for file in found.training if is_readable(file, problems)]
    domain = _read_domain(found.domain, training, problems)
    nlu = _read_nlu(training, domain.responses, problems)
    stories = _read_stories(training, problems)
    e2e_actions = tuple(dict.fromkeys((*domain.e2e_actions, *stories.bot_texts)))
    return Bot(
        paths=paths,
        config=config,
        domain=replace(domain, retrieval_intents=_retrieval_intents(nlu), e2e_actions=e2e_actions),
        nlu=nlu,
        stories=stories,
        test_stories=_read_tests(found.tests, problems),
        problems=problems.all(),
    )


def find_bot_files(paths: BotPaths) -> BotFiles:
    """The files that :func:`read_bot` reads, by what it reads from them, for who wants to add to them."""
    problems = Problems()
    files = Files(problems)
    config_file = files.load(paths.folder / paths.config)
    config = Config() if config_file is None else read_config(config_file, problems)
    return find_files(paths, config, config_file, files, problems)


def read_domain(paths: BotPaths) -> Domain:
    """Reads the domain as training would: with the responses and retrieval intents of the training data.

    Raises:
        BotError: the bot's files have errors.
    """
    bot = read_bot(paths)
    errors = only_errors(bot.problems)
    if errors:
        raise BotError(errors)
    return bot.domain


def read_nlu_data(paths: Iterable[Path]) -> NLUData:
    """Reads the NLU data of files and folders, which need not belong to a bot.

    Raises:
        BotError: a file has errors.
    """
    problems = Problems()
    found = [file for _, file in Files(problems).load_all(paths) if holds(file, NLU_KEYS)]
    readable = [file for file in found if is_readable(file, problems)]
    responses: Responses = {}
    for file in readable:
        responses |= read_responses(file.get("responses"), problems)
    nlu = _read_nlu(readable, responses, problems)
    if problems.errors():
        raise BotError(problems.errors())
    return nlu


def read_services(paths: BotPaths) -> Services:
    """Reads endpoints and credentials; a file that does not exist is an empty one.

    Raises:
        BotError: a file has errors, or an environment variable that it names is not set.
    """
    problems = Problems()
    endpoints, credentials = Endpoints(), Credentials()
    endpoints_file = _load_service_file(paths.folder / paths.endpoints, problems)
    if endpoints_file is not None:
        endpoints = read_endpoints(endpoints_file, problems)
    credentials_file = _load_service_file(paths.folder / paths.credentials, problems)
    if credentials_file is not None:
        credentials = read_credentials(credentials_file, problems)
    if problems.errors():
        raise BotError(problems.errors())
    return Services(endpoints=endpoints, credentials=credentials)


def _load_service_file(path: Path, problems: Problems) -> Mapping | None:
    if not path.exists():
        return None
    file = Files(problems).load(path)
    if file is not None:
        expand_variables(file, problems)
    return file


def _read_domain(files: Iterable[Mapping], training: Iterable[Mapping], problems: Problems) -> Domain:
    reader = DomainReader(problems)
    in_domain = [file for file in files if is_readable(file, problems)]
    for file in in_domain:
        expand_variables(file, problems, Severity.WARNING)
        reader.read(file)
    for file in training:
        if not any(file is other for other in in_domain):
            reader.read_responses(file.get("responses"))
    return reader.result()


def _read_nlu(files: Iterable[Mapping], responses: Responses, problems: Problems) -> NLUData:
    gatherer = NLUGatherer(problems)
    reader = NLUReader(gatherer, problems)
    for file in files:
        reader.read(file.get("nlu"))
        read_nlu_json(file.get(NLU_JSON_KEY), gatherer, problems)
    return gatherer.result({name: found for name, found in responses.items() if RESPONSE_KEY_DELIMITER in name})


def _retrieval_intents(nlu: NLUData) -> tuple[str, ...]:
    names = (example.intent_name for example in nlu.examples if example.response_key)
    return tuple(dict.fromkeys(name for name in names if name))


def _read_stories(files: Iterable[Mapping], problems: Problems) -> StoryData:
    reader = StoryReader(problems)
    stories: list[Story] = []
    rules: list[Rule] = []
    for file in files:
        stories += reader.stories(file.get("stories"))
        rules += reader.rules(file.get("rules"))
    return StoryData(stories=tuple(stories), rules=tuple(rules))


def _read_tests(files: Iterable[Mapping], problems: Problems) -> tuple[Story, ...]:
    reader = StoryReader(problems)
    return tuple(
        story for file in files if is_readable(file, problems) for story in reader.stories(file.get("stories"))
    )
