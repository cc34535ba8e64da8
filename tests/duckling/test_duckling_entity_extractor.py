from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import msgspec
import pytest
from pydantic import ValidationError

from framework.errors import EnvironmentProblem
from framework.nlu.component import LoadContext
from framework.nlu.pipeline import Pipeline
from framework.registry import PIPELINE_KINDS
from framework_duckling.embedded import EmbeddedDuckling, embedded_duckling
from framework_duckling.extractor import DucklingConfig, DucklingEntityExtractor
from framework_duckling.question import Question, Settings
from tests.assembling import cached_registry

SLOW = "tomorrow " * 14
"""A text that keeps Duckling busy for minutes."""

NOON = 1_700_049_600
"""2023-11-15 12:00 UTC."""


@pytest.fixture(autouse=True)
def no_server_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RASA_DUCKLING_HTTP_URL", raising=False)


def find(text: str, language: str = "en", **config) -> list[dict]:
    extractor = DucklingEntityExtractor(DucklingConfig(**config), LoadContext("duckling", language))
    return Pipeline([extractor]).parse([text])[0]["entities"]


def found(text: str, language: str = "en", **config) -> list[tuple[str, str, object]]:
    return [(entity["entity"], entity["text"], entity["value"]) for entity in find(text, language, **config)]


def ask(text: str, timezone: str | None = None, *dimensions: str) -> list[dict]:
    question = Question(text, NOON, Settings("en_US", timezone, dimensions))
    return embedded_duckling().parse(question, timeout=10)


def test_an_entity_has_the_form_that_bots_know() -> None:
    (entity,) = find("I pay 20 dollars", dimensions=["amount-of-money"])
    assert entity == {
        "entity": "amount-of-money",
        "start": 6,
        "end": 16,
        "value": 20,
        "extractor": "DucklingEntityExtractor",
        "text": "20 dollars",
        "confidence": 1.0,
        "additional_info": {"value": 20, "type": "value", "unit": "$"},
    }


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "write to ann@example.org", ("email", "ann@example.org", "ann@example.org")),
        ("zh", "我想付二十元", ("amount-of-money", "二十元", 20)),
        ("zh", "买三个苹果", ("number", "三个", 3)),
        ("de", "das kostet fünf Euro", ("amount-of-money", "fünf Euro", 5)),
        ("es", "quiero doce años", ("duration", "doce años", 12)),
    ],
)
def test_each_language_is_read_by_its_own_rules(language: str, text: str, expected: tuple) -> None:
    assert expected in found(text, language)


def test_places_count_characters_also_beyond_ascii() -> None:
    text = "😀 mañana pago 20 €"
    for entity in find(text, "es", dimensions=["time", "amount-of-money"]):
        assert text[entity["start"] : entity["end"]] == entity["text"]


def test_the_locale_overrules_the_language_of_the_bot() -> None:
    assert found("zwölf", "en", locale="de_AT", dimensions=["number"]) == [("number", "zwölf", 12)]


def test_the_country_of_a_locale_counts() -> None:
    (american,) = found("on 3/4/2031", locale="en_US", dimensions=["time"])
    (british,) = found("on 3/4/2031", locale="en_GB", dimensions=["time"])
    assert (american[2][:10], british[2][:10]) == ("2031-03-04", "2031-04-03")


def test_only_the_wanted_dimensions_are_found() -> None:
    text = "3 mails to ann@example.org"
    assert {name for name, _, _ in found(text)} >= {"number", "email"}
    assert found(text, dimensions=["NUMBER"]) == [("number", "3", 3)]


def test_tomorrow_is_the_day_after_now() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    before = datetime.now(zone)
    ((_, _, value),) = found("明天", "zh", timezone="Asia/Shanghai", dimensions=["time"])
    expected = [(moment + timedelta(days=1)).date() for moment in (before, datetime.now(zone))]
    assert datetime.fromisoformat(value).date() in expected
    assert datetime.fromisoformat(value).utcoffset() == timedelta(hours=8)


def test_an_interval_has_two_ends_and_may_be_open() -> None:
    ((_, _, closed),) = found("from 9:00 to 11:00", dimensions=["time"])
    assert closed["from"] < closed["to"]
    ((_, _, half_open),) = found("more than 5 dollars", dimensions=["amount-of-money"])
    assert half_open == {"to": None, "from": 5}


@pytest.mark.parametrize(
    ("timezone", "text", "expected"),
    [
        (None, "tomorrow", "2023-11-16T00:00:00.000+00:00"),
        ("Europe/Berlin", "tomorrow", "2023-11-16T00:00:00.000+01:00"),
        ("Europe/Berlin", "on July 1st", "2024-07-01T00:00:00.000+02:00"),
        ("America/New_York", "on July 1st 2035", "2035-07-01T00:00:00.000-04:00"),
        ("Asia/Kolkata", "now", "2023-11-15T17:30:00.000+05:30"),
        ("Etc/GMT+12", "now", "2023-11-15T00:00:00.000-12:00"),
    ],
)
def test_times_are_those_of_the_zone_in_summer_and_winter(timezone: str | None, text: str, expected: str) -> None:
    (match,) = ask(text, timezone, "time")
    assert match["value"]["value"] == expected


@pytest.mark.parametrize("text", ["", "  ", "\0", "at 5\0pm", "\ud83d tomorrow", "'; DROP", "\\u0000 \n 5"])
def test_strange_texts_get_through(text: str) -> None:
    for entity in find(text):
        assert 0 <= entity["start"] < entity["end"] <= len(text)


def test_a_text_that_takes_too_long_is_left_alone_and_the_next_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    extractor = DucklingEntityExtractor(DucklingConfig(timeout=0.5, dimensions=["time"]), LoadContext("duckling", "en"))
    pipeline = Pipeline([extractor])
    pipeline.parse(["tomorrow"])
    with caplog.at_level(logging.WARNING):
        slow, quick = pipeline.parse([SLOW, "tomorrow"])
    assert (slow["entities"], len(quick["entities"])) == ([], 1)
    assert "duckling left a message without entities: Duckling took more than 0.5 seconds" in caplog.text


def test_a_duckling_that_broke_down_is_started_again() -> None:
    duckling = EmbeddedDuckling()
    question = Question("5", NOON, Settings("en_US", None, ("number",)))
    assert duckling.parse(question, 10)
    duckling._process.kill()
    with pytest.raises(ConnectionError):
        duckling.parse(question, 10)
    assert duckling.parse(question, 10)


def test_no_process_stays_behind() -> None:
    code = (
        "from framework_duckling.embedded import embedded_duckling as d; from framework_duckling.question import *;"
        "d().parse(Question('5', 0, Settings('en_US', None, ())), 10); print(d()._process.pid)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert subprocess.run(["ps", "-p", done.stdout.strip()], capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"dimensions": ["times"]}, "unknown dimension 'times'; known: amount-of-money"),
        ({"timezone": "Berlin"}, "no such time zone; they have names like Europe/Berlin"),
        ({"locale": "tlh_QO"}, "Duckling has no rules for the locale 'tlh_QO'"),
        ({"locale": "german"}, "should match pattern"),
        ({"url": "duckling:8000"}, "should match pattern"),
        ({"timeout": 0}, "greater than 0"),
    ],
)
def test_a_wrong_config_is_refused(config: dict, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        DucklingConfig(**config)


def test_a_language_without_rules_is_read_as_english(caplog: pytest.LogCaptureFixture) -> None:
    assert found("twelve", "tlh", dimensions=["number"]) == [("number", "twelve", 12)]
    assert "Duckling has no rules for 'tlh_TLH'; it uses those for English" in caplog.text


def test_without_the_extra_a_server_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    embedded_duckling.cache_clear()
    monkeypatch.setitem(sys.modules, "duckling", None)
    with pytest.raises(EnvironmentProblem, match=r"pip install 'framework-dialogue\[duckling\]', or give it the 'url'"):
        find("5")
    assert not DucklingEntityExtractor.uses_extra(DucklingConfig(url="http://localhost:8000"))
    assert DucklingEntityExtractor.uses_extra(DucklingConfig())


def test_its_older_name_still_works() -> None:
    assert cached_registry().load("DucklingHTTPExtractor", PIPELINE_KINDS) is DucklingEntityExtractor


class Server(HTTPServer):
    """A Duckling server: Duckling's own HTTP form, answered by Duckling."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.forms: list[dict[str, str]] = []
        self.delay = 0.0
        self.garbage = False


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {key: values[0] for key, values in parse_qs(body).items()}
        self.server.forms.append({"path": self.path, **form})
        time.sleep(self.server.delay)
        dimensions = tuple(msgspec.json.decode(form.get("dims", "[]")))
        settings = Settings(form["locale"], form.get("tz", "America/Los_Angeles"), dimensions)
        found = embedded_duckling().parse(Question(form["text"], int(form["reftime"]) // 1000, settings), 10)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>" if self.server.garbage else msgspec.json.encode(found))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_is_asked_in_its_own_form(server: Server) -> None:
    config = {"url": server.url, "dimensions": ["number"], "timezone": "Europe/Berlin", "locale": "de_DE"}
    before = int(time.time()) * 1000
    assert found("zwölf Äpfel", **config) == [("number", "zwölf", 12)]
    (form,) = server.forms
    assert before <= int(form.pop("reftime")) <= time.time() * 1000
    assert form == {
        "path": "/parse",
        "text": "zwölf Äpfel",
        "locale": "de_DE",
        "tz": "Europe/Berlin",
        "dims": '["number"]',
    }


def test_what_is_not_set_is_left_to_the_server(server: Server) -> None:
    assert ("number", "12", 12) in found("12", "zh", url=server.url)
    (form,) = server.forms
    assert (form["locale"], set(form)) == ("zh_ZH", {"path", "text", "locale", "reftime"})


def test_a_server_and_the_embedded_duckling_agree(server: Server) -> None:
    text = "pay 20 € on 1 July 2031 to ann@example.org, call +49 30 1234567"
    assert find(text, url=server.url, timezone="UTC") == find(text, timezone="UTC")


def test_the_variable_overrules_the_url(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASA_DUCKLING_HTTP_URL", server.url)
    assert find("5", url="http://127.0.0.1:1")
    assert len(server.forms) == 1


def test_a_server_may_have_dimensions_of_its_own() -> None:
    assert DucklingConfig(url="http://127.0.0.1:1", dimensions=["train-number"]).dimensions == ("train-number",)


@pytest.mark.parametrize("fault", ["silent", "garbage", "absent"])
def test_a_server_that_fails_costs_the_entities_only(server: Server, fault: str, caplog) -> None:
    server.delay = 0.3 if fault == "silent" else 0.0
    server.garbage = fault == "garbage"
    url = "http://127.0.0.1:1" if fault == "absent" else server.url
    assert find("5", url=url, timeout=0.1) == []
    assert "left a message without entities" in caplog.text
