from __future__ import annotations

import json
import re
import shutil

import pytest

from framework.authoring.story_page import page_data, render_page
from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot
from framework.cli.main import main
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def bot():
    return read_bot(BotPaths(folder=ROOT / "example_bot"))


@pytest.fixture(scope="module")
def data(bot):
    return page_data(bot.stories, bot.domain, bot.nlu.examples, title="shop")


def test_the_data_tells_actions_apart(data):
    kinds = {name: action["kind"] for name, action in data["actions"].items()}

    assert kinds["utter_greet"] == "response"
    assert kinds["action_check_stock"] == "own"
    assert kinds["return_form"] == "form"
    assert kinds["action_deactivate_loop"] == "default"


def test_the_data_has_examples_and_responses(data):
    assert data["intents"]["affirm"]["examples"][0] == "yes"
    assert len(data["intents"]["affirm"]["examples"]) == 5 < data["intents"]["affirm"]["count"]
    assert data["actions"]["utter_welcome"]["texts"][0] == "You're welcome! Anything else?"


def test_both_views_have_all_stories_and_rules(bot, data):
    number = len(bot.stories.stories) + len(bot.stories.rules)

    assert [len(view["routes"]) for view in data["views"].values()] == [number, number]
    assert len(data["paths"]) == number


def test_the_page_needs_nothing_from_elsewhere(data):
    page = render_page(data)

    assert "{{" not in page.partition('<script id="data"')[0]
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"|@import|url\((?!#)', page) == []
    assert "default-src 'none'" in page


def test_no_text_of_a_bot_can_end_the_data(data):
    page = render_page({**data, "title": "</script><b>"})

    embedded = page.partition('type="application/json">')[2].partition("</script>")[0]
    assert json.loads(embedded)["title"] == "</script><b>"
    assert "<title>&lt;/script>&lt;b>: stories and rules</title>" in page


def test_visualize_writes_a_page(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT / "example_bot")

    assert main(["visualize", "--out", str(tmp_path / "drawn" / "graph.html"), "--max-history", "3"]) == 0

    assert capsys.readouterr().out == f"Drew 9 stories and 31 rules: {tmp_path}/drawn/graph.html\n"
    assert "<title>example_bot: stories and rules</title>" in (tmp_path / "drawn" / "graph.html").read_text()


def test_visualize_says_where_it_found_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()

    assert main(["visualize"]) == 1

    assert "there are no stories or rules in data" in capsys.readouterr().err


@pytest.mark.slow
def test_a_browser_draws_every_story_and_follows_a_click(data, tmp_path):
    browsers = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or pytest.skip("needs chromium")
    (tmp_path / "graph.html").write_text(render_page(data))
    requests, errors = [], []
    with browsers.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(error))
        page.goto((tmp_path / "graph.html").as_uri())
        drawn = page.locator(".node").count()
        page.get_by_text("A complaint is let go").click()
        lit = page.locator(".node.lit .title").all_text_contents()
        detail = page.locator("#detail").inner_text()
        page.locator("#search").fill("voucher")
        listed = page.locator("#list button").all_inner_texts()
        browser.close()

    assert errors == []
    assert requests == [(tmp_path / "graph.html").as_uri()]
    assert drawn == len(data["views"][data["begin"]]["nodes"])
    assert set(lit) == {"Start", "complaint", "utter_sorry", "utter_offer_person", "deny", "utter_anything_else"}
    assert "data/stories.yml:" in detail
    assert listed == ["Vouchers"]
