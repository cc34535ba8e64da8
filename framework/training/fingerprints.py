"""Fingerprints: a short hash of everything that a component's training depends on."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

import framework
from framework.bot.bot import Bot
from framework.bot.domain import Domain, Intent
from framework.bot.nlu_data import Example, NLUData
from framework.model.config import ConfiguredComponent
from framework.model.metadata import Fingerprints
from framework.training.places import without_places

_LENGTH = 32


def fingerprint(*parts: Any) -> str:
    """The hash of anything that JSON can say, equal in every process and on every machine."""
    data = msgspec.json.encode(parts, order="deterministic", enc_hook=_encode_unknown)
    return hashlib.sha256(data).hexdigest()[:_LENGTH]


class DataFingerprints:
    """The hashes of the parts of a bot's data, each made when first asked for."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._known: dict[str, str] = {}

    def nlu(self, part: str) -> str:
        """Of ``examples``, ``regexes``, ``lookups``, ``synonyms`` or ``responses`` of the NLU data."""
        return self._remember(f"nlu.{part}", lambda: _nlu_part(self._bot.nlu, part))

    def labels(self) -> str:
        """Of the names of intents and entities that the domain has."""
        domain = self._bot.domain
        return self._remember("labels", lambda: [list(domain.intents), list(domain.entities)])

    def dialogue_domain(self) -> str:
        """Of what policies see of the domain: all but texts, the session's limits and how to take back."""
        return self._remember("dialogue_domain", lambda: _dialogue_domain(self._bot.domain))

    def stories(self) -> str:
        """Of the stories."""
        return self._remember("stories", lambda: without_places(self._bot.stories.stories))

    def rules(self) -> str:
        """Of the rules."""
        return self._remember("rules", lambda: without_places(self._bot.stories.rules))

    def domain(self) -> str:
        """Of the whole domain, texts of responses included."""
        return self._remember("domain", lambda: without_places(self._bot.domain))

    def _remember(self, name: str, make: Any) -> str:
        if name not in self._known:
            self._known[name] = fingerprint(make())
        return self._known[name]


def file_fingerprint(file: Path) -> str:
    """The hash of a file's content."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()[:_LENGTH]


def code_fingerprint(component: ConfiguredComponent) -> list[Any]:
    """What stands for the code that trains a component: its version, its own file, and the framework's version."""
    cls = component.cls
    return [f"{cls.__module__}.{cls.__qualname__}", cls.version, _source_hash(_file_of(cls)), framework.__version__]


def model_fingerprints(
    bot: Bot, data: DataFingerprints, components: Mapping[str, str], bases: Mapping[str, str], described: Iterable[Any]
) -> Fingerprints:
    """The fingerprints that go into a model's metadata. ``described`` are its components as stored."""
    domain = data.domain()
    config = bot.config
    whole = fingerprint(domain, dict(components), list(described), config.language, config.assistant_id)
    return Fingerprints(model=whole, domain=domain, components=dict(components), bases=dict(bases))


def _file_of(cls: type[Any]) -> str | None:
    try:
        return inspect.getfile(cls)
    except (OSError, TypeError):  # a class made at run time has no file; its name and version must do
        return None


@cache
def _source_hash(file: str | None) -> str:
    return file_fingerprint(Path(file)) if file else ""


def _nlu_part(nlu: NLUData, part: str) -> Any:
    if part == "examples":
        return [_example(example) for example in nlu.examples]
    return without_places(getattr(nlu, part))


def _example(example: Example) -> tuple[Any, ...]:
    return example.text, example.intent, example.entities, example.metadata


def _dialogue_domain(domain: Domain) -> Domain:
    plain = msgspec.structs.replace(
        domain,
        intents={name: _without_labels(intent) for name, intent in domain.intents.items()},
        responses=dict.fromkeys(domain.responses, ()),
        session=type(domain.session)(),
        max_rephrasings=None,
        rewinds_whole_forms=False,
    )
    return without_places(plain)


def _without_labels(intent: Intent) -> Intent:
    return msgspec.structs.replace(intent, label={}, response_labels={})


def _encode_unknown(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(f"cannot fingerprint a {type(value).__name__}")
