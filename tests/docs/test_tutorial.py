from __future__ import annotations

from pathlib import Path

from framework.bot.bot import BotPaths
from framework.bot.reader import read_bot
from framework.bot.validation import validate_bot
from tests.docs.snippets import additions_in, write_files

PAGE = "docs/tutorial/first-bot.md"


def test_the_first_bot_is_without_fault(tmp_path):
    write_files(PAGE, tmp_path)

    bot = read_bot(BotPaths(folder=tmp_path / "library"))

    assert [*bot.problems, *validate_bot(bot)] == []


def test_what_is_added_later_fits(tmp_path):
    write_files(PAGE, tmp_path)
    folder = tmp_path / "library"
    for number, text in enumerate(additions_in(PAGE)):
        (folder / "data" / f"more{number}.yml").write_text(f'version: "3.1"\n{text}')
    domain_files = [path for path in (folder / "data").glob("more*.yml") if "forms:" in path.read_text()]
    for path in domain_files:
        path.rename(folder / path.name)

    bot = read_bot(BotPaths(folder=folder, domain=(Path("domain.yml"), *(Path(path.name) for path in domain_files))))

    assert [*bot.problems, *validate_bot(bot)] == []
    assert set(bot.domain.forms) == {"renew_form"}
    assert len(bot.stories.rules) == 4
