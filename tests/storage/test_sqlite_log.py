from framework.conversation.events import BotUttered
from framework.storage.sqlite import SQLiteTrackerStore
from framework.storage.sqlite_log import LOG_PAGES


async def test_commits_find_room_in_the_log_and_what_was_there_stays(tmp_path):
    path = tmp_path / "c.db"
    for day in range(2):
        store = SQLiteTrackerStore(path)
        await store.open()
        size = (tmp_path / "c.db-wal").stat().st_size
        assert size > LOG_PAGES * 4096
        for number in range(300):
            await store.append("a", [BotUttered(text="x" * 2000)], expected_version=day * 300 + number)
        assert (tmp_path / "c.db-wal").stat().st_size == size
        assert len((await store.load_all("a")).events) == (day + 1) * 300
        await store.close()
    assert path.stat().st_size < 4_000_000
