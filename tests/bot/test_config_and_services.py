"""config.yml, endpoints.yml and credentials.yml."""

from __future__ import annotations

from pathlib import Path

import pytest

from framework.bot.bot import BotPaths
from framework.bot.config import ComponentEntry
from framework.bot.document import FIX_OF_MISSING_FILE
from framework.bot.endpoints import BasicAuth, ChannelCredentials
from framework.bot.reader import read_bot, read_services
from framework.errors import BotError, Location
from tests.bot.conftest import ReadBot, WriteFiles


def test_components_have_options_and_their_places(read: ReadBot) -> None:
    config = read(
        {
            "config.yml": """\
            language: no
            assistant_id: 007
            pipeline:
            - WhitespaceTokenizer
            - name: LexicalSyntacticFeaturizer
              features: [[low], [BOS, EOS]]
            policies:
            """
        }
    ).config
    assert (config.language, config.assistant_id, config.recipe) == ("no", "007", "default.v1")
    assert config.policies is None
    assert config.pipeline is not None
    tokenizer, featurizer = config.pipeline
    assert tokenizer == ComponentEntry(name="WhitespaceTokenizer", where=Location("config.yml", 4, 3, 19))
    assert featurizer.options == {"features": [["low"], ["BOS", "EOS"]]}
    assert featurizer.places["features.1.0"] == Location("config.yml", 6, 22, 3)


def test_mistakes_in_the_config_are_reported_with_their_place(read: ReadBot) -> None:
    bot = read(
        {
            "config.yml": """\
            recipe: graph.v1
            langage: en
            pipeline: supervised_embeddings
            policies:
            - epochs: 3
            importers:
            - name: RasaFileImportr
            """
        }
    )
    assert [str(problem) for problem in bot.problems] == [
        "config.yml:2:1  unknown key 'langage' in the config (did you mean 'language'?)",
        "config.yml:1:9  recipe 'graph.v1' is not supported (write `recipe: default.v1`, with `pipeline:` and `policies:`)",
        (
            "config.yml:3:11  pipeline must be a list of components, not the name of a template"
            " (list them (`- name: ...`), or leave 'pipeline' out to get the defaults)"
        ),
        "config.yml:5:3  an item of policies needs a name (add `name:`)",
        "config.yml:7:9  unknown importer 'RasaFileImportr' (did you mean 'RasaFileImporter'?)",
    ]


def test_missing_files_are_reported_all_at_once(write: WriteFiles) -> None:
    write({})
    problems = read_bot(BotPaths()).problems
    assert {problem.fix for problem in problems} == {FIX_OF_MISSING_FILE}
    assert [problem.what for problem in problems] == [
        "file 'config.yml' does not exist",
        "there is no file or folder 'domain.yml'",
        "there is no file or folder 'data'",
    ]


def test_files_in_the_data_folder_that_nothing_reads_are_named(read: ReadBot) -> None:
    bot = read({"data/flows.yml": "flows: {}\n", "data/domain.yml": "intents: [a]\n", "data/list.yml": "- a\n"})
    assert [str(problem) for problem in bot.problems] == [
        "data/domain.yml:1:1  a domain file inside the training data is left out (move it to the domain, or name it there)",
        "data/flows.yml:1:1  the file is left out: it has none of nlu, stories, rules, responses",
        "data/list.yml:1:1  a file must have keys such as `nlu:`, not a list",
    ]


def test_services_of_a_bot_without_such_files_are_empty(write: WriteFiles) -> None:
    write({})
    services = read_services(BotPaths())
    assert services.endpoints.action_endpoint is None
    assert services.credentials.channels == ()


def test_services(write: WriteFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "123")
    write(
        {
            "endpoints.yml": """\
            action_endpoint:
              url: http://localhost:5055/webhook
              basic_auth: {username: me, password: secret}
              headers: {X-Shop: 1}
            tracker_store:
              store_type: SQL
              dialect: sqlite
              db: events.db
            nlg:
            """,
            "credentials.yml": """\
            rest:
            slack:
              slack_token: ${SHOP_TOKEN}
            """,
        }
    )
    services = read_services(BotPaths())
    action, store = services.endpoints.action_endpoint, services.endpoints.tracker_store
    assert action is not None
    assert store is not None
    assert (action.url, action.headers) == ("http://localhost:5055/webhook", {"X-Shop": "1"})
    assert action.basic_auth == BasicAuth(username="me", password="secret")
    assert (store.type, store.options) == ("SQL", {"dialect": "sqlite", "db": "events.db"})
    assert store.places["db"] == Location("endpoints.yml", 8, 7, 9)
    assert services.endpoints.nlg is None
    rest, slack = services.credentials.channels
    assert rest == ChannelCredentials(name="rest", where=Location("credentials.yml", 1, 1, 4))
    assert slack.options == {"slack_token": "123"}


def test_mistakes_in_services_are_raised_all_at_once(write: WriteFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)
    write(
        {
            "endpoints.yml": "action_endpiont: {}\nnlg: http://x\nmodels:\n  basic_auth: {username: me}\n",
            "credentials.yml": "slack:\n  slack_token: ${NO_SUCH_TOKEN}\nrest: 1\n",
        }
    )
    with pytest.raises(BotError) as caught:
        read_services(BotPaths())
    assert str(caught.value).splitlines() == [
        "endpoints.yml:1:1  unknown key 'action_endpiont' in the endpoints (did you mean 'action_endpoint'?)",
        "endpoints.yml:2:6  nlg must be a mapping, not a text",
        "endpoints.yml:4:15  basic_auth needs a username and a password",
        (
            "credentials.yml:2:16  environment variable 'NO_SUCH_TOKEN' is not set"
            " (export NO_SUCH_TOKEN=..., or write the value here)"
        ),
        "credentials.yml:3:7  channel 'rest' must be a mapping, not a number",
    ]


def test_imported_projects_are_joined(shared: Path) -> None:
    joined = read_bot(BotPaths(folder=shared / "bots/RasaHQ__rasa__data_test_multiproject"))
    assert joined.problems == ()
    assert [rule.where.file.rpartition("projects/")[2] for rule in joined.stories.rules if rule.where] == [
        "ChitchatBot/data/rules.yml",
        "ChitchatBot/data/rules.yml",
        "GreetBot/data/rules.yml",
        "GreetBot/data/rules.yml",
    ]
    assert {"greet", "goodbye"} < joined.domain.intents.keys()


def test_an_import_that_does_not_exist_is_reported(read: ReadBot) -> None:
    bot = read({"config.yml": "importers:\n- MultiProjectImporter\nimports:\n- gone\n"})
    assert [str(problem) for problem in bot.problems] == ["config.yml:4:1  the imported project 'gone' does not exist"]
