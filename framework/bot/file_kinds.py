"""Tells by their keys what files of a bot are, and whether their version can be read."""

from __future__ import annotations

from collections.abc import Collection

from framework.bot.document import Mapping
from framework.bot.problems import Problems
from framework.errors import did_you_mean

LATEST_FORMAT = (3, 1)

NLU_JSON_KEY = "rasa_nlu_data"
NLU_KEYS = frozenset(("nlu", "responses", NLU_JSON_KEY))
STORY_KEYS = frozenset(("stories", "rules"))
TRAINING_KEYS = NLU_KEYS | STORY_KEYS
DOMAIN_KEYS = frozenset(
    ("intents", "entities", "slots", "responses", "actions", "forms", "e2e_actions", "session_config", "config")
)
CONFIG_KEYS = frozenset(
    ("language", "pipeline", "policies", "recipe", "assistant_id", "importers", "imports", "spaces", "data")
)
FOREIGN_KEYS = frozenset(("flows", "test_cases", "fixtures", "metadata", "stub_custom_actions", "model_groups"))
"""Keys of other products' files, too near to ours to be taken for misspellings."""
KNOWN_KEYS = TRAINING_KEYS | DOMAIN_KEYS | {"version"}


def holds(file: Mapping, keys: Collection[str]) -> bool:
    """Whether a file has any of the keys."""
    return any(key in file.entries for key in keys)


def is_readable(file: Mapping, problems: Problems) -> bool:
    """Whether the file's format is not newer than this program; a warning says that it is left out."""
    node = file.get("version")
    if node is None:
        return True
    text = str(node.data())
    parts = text.split(".")
    if not all(part.isdecimal() for part in parts):
        problems.warning(
            "wrong-type", f"the version {text!r} is not a number; the file is read as 3.1", node.where, 'write "3.1"'
        )
        return True
    if tuple(int(part) for part in parts[:2]) <= LATEST_FORMAT:
        return True
    problems.warning(
        "newer-format", f"the file has format {text}, newer than 3.1, and is left out", node.where, 'write "3.1"'
    )
    return False


def check_top_level_keys(file: Mapping, name: str, known: Collection[str], problems: Problems) -> None:
    """Reports keys that no reader knows: an error if probably misspelt, else a warning that they are left out."""
    for key in file.entries:
        if key in known:
            continue
        suggestion = did_you_mean(key, known)
        where = file.where_key(key)
        if key == "templates":
            problems.error("unknown-key", "'templates' is called 'responses' since 2.0", where, "rename it")
        elif suggestion and key not in FOREIGN_KEYS:
            problems.error("unknown-key", f"unknown key {key!r} in {name}", where, suggestion)
        else:
            problems.warning("unknown-key", f"unknown key {key!r} in {name} is left out", where)
