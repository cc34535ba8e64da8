"""``metadata.json``: what a model says of itself."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

FORMAT_VERSION = 1
"""Version of the archive's layout. A model of another version is refused and has to be trained again."""

TrainingType = Literal["nlu", "core", "both"]


class StoredComponent(msgspec.Struct, frozen=True, kw_only=True):
    """A component of a model: its unique name, the name its class is registered by, and its whole configuration."""

    name: str
    component: str
    config: dict[str, Any]


class Fingerprints(msgspec.Struct, frozen=True, kw_only=True):
    """What the model was made of. Two models of the same ``model`` fingerprint behave the same.

    ``components`` identifies what each component learned. For those that went on from an earlier training, or on top of
    such, ``bases`` has the fingerprint that they would have without it.
    """

    model: str
    domain: str
    components: dict[str, str] = msgspec.field(default_factory=dict)
    bases: dict[str, str] = msgspec.field(default_factory=dict)


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a model says of itself. ``trained_at`` is in seconds since 1970."""

    format_version: int = FORMAT_VERSION
    framework_version: str
    model_id: str
    assistant_id: str | None
    trained_at: float
    language: str | None
    training_type: TrainingType
    pipeline: tuple[StoredComponent, ...] = ()
    policies: tuple[StoredComponent, ...] = ()
    fingerprints: Fingerprints
