"""Reads ``responses:``, in whichever file they stand."""

from __future__ import annotations

from typing import Any

from framework.bot.document import Mapping, Node, Scalar
from framework.bot.domain import ResponseCondition, ResponseVariation
from framework.bot.expect import as_mapping, as_text, check_keys, items_of
from framework.bot.languages import read_texts
from framework.bot.problems import Problems

CONTENT_KEYS = ("text", "image", "custom", "buttons", "quick_replies", "attachment", "elements")
VARIATION_KEYS = (*CONTENT_KEYS, "button_type", "channel", "condition", "metadata", "id")

Responses = dict[str, tuple[ResponseVariation, ...]]


def read_responses(node: Node | None, problems: Problems) -> Responses:
    """Reads a mapping from response names to lists of variations."""
    mapping = as_mapping(node, "responses", problems)
    if mapping is None:
        return {}
    return {name: _read_variations(name, mapping, problems) for name in mapping.entries}


def _read_variations(name: str, mapping: Mapping, problems: Problems) -> tuple[ResponseVariation, ...]:
    items = items_of(mapping.entries[name], f"response {name!r}", problems)
    if not items:
        problems.error(
            "invalid-response", f"response {name!r} has nothing to say", mapping.where_key(name), "add `- text: ...`"
        )
    variations = (_read_variation(name, item, problems) for item in items)
    return tuple(variation for variation in variations if variation is not None)


def _read_variation(name: str, node: Node, problems: Problems) -> ResponseVariation | None:
    if isinstance(node, Scalar):
        problems.error(
            "invalid-response",
            f"a variation of response {name!r} must have keys",
            node.where,
            f"write `- text: {node.text}`" if len(node.text) < 40 and "\n" not in node.text else "write `- text: ...`",
        )
        return None
    mapping = as_mapping(node, f"a variation of response {name!r}", problems)
    if mapping is None:
        return None
    check_keys(mapping, VARIATION_KEYS, f"response {name!r}", problems)
    if not any(key in mapping.entries for key in CONTENT_KEYS):
        problems.error(
            "invalid-response",
            f"a variation of response {name!r} has nothing to say",
            mapping.where,
            f"add one of {', '.join(CONTENT_KEYS)}",
        )
        return None
    texts = _texts(mapping, name, problems)
    return ResponseVariation(
        text=next(iter(texts.values()), None) or _plain_text(mapping, problems),
        texts=texts,
        image=_text(mapping, "image", problems),
        custom=_data(mapping, "custom"),
        buttons=_buttons(mapping, "buttons", problems),
        button_type=_text(mapping, "button_type", problems),
        quick_replies=_buttons(mapping, "quick_replies", problems),
        attachment=_data(mapping, "attachment"),
        elements=_mappings(mapping, "elements", problems),
        channel=_text(mapping, "channel", problems),
        condition=_read_conditions(mapping, problems),
        metadata=_data(mapping, "metadata"),
        id=_text(mapping, "id", problems),
        where=mapping.where,
    )


def _texts(mapping: Mapping, name: str, problems: Problems) -> dict[str, str]:
    node = mapping.get("text")
    return read_texts(node, f"the text of response {name!r}", problems) if isinstance(node, Mapping) else {}


def _plain_text(mapping: Mapping, problems: Problems) -> str | None:
    return None if isinstance(mapping.get("text"), Mapping) else _text(mapping, "text", problems)


def _buttons(mapping: Mapping, key: str, problems: Problems) -> tuple[dict[str, Any], ...]:
    for item in items_of(mapping.get(key), key, Problems()):
        title = item.get("title") if isinstance(item, Mapping) else None
        if isinstance(title, Mapping):
            read_texts(title, f"a title in {key}", problems)
    return _mappings(mapping, key, problems)


def _text(mapping: Mapping, key: str, problems: Problems) -> str | None:
    return as_text(mapping.get(key), key, problems)


def _data(mapping: Mapping, key: str) -> Any:
    node = mapping.get(key)
    return None if node is None else node.data()


def _mappings(mapping: Mapping, key: str, problems: Problems) -> tuple[dict[str, Any], ...]:
    found = (as_mapping(item, f"an item of {key}", problems) for item in items_of(mapping.get(key), key, problems))
    return tuple(item.data() for item in found if item is not None)


def _read_conditions(mapping: Mapping, problems: Problems) -> tuple[ResponseCondition, ...]:
    conditions = []
    for item in items_of(mapping.get("condition"), "condition", problems):
        entry = as_mapping(item, "an item of condition", problems)
        if entry is None:
            continue
        check_keys(entry, ("type", "name", "value"), "a response condition", problems)
        name = _text(entry, "name", problems)
        if name is None:
            problems.error("missing-key", "a response condition needs the name of a slot", entry.where, "add `name:`")
            continue
        kind = _text(entry, "type", problems) or "slot"
        if kind != "slot":
            problems.error(
                "invalid-response",
                f"unknown condition type {kind!r}",
                entry.entries["type"].where,
                "conditions are on slots: write `type: slot`",
            )
        conditions.append(ResponseCondition(name=name, value=_data(entry, "value"), type=kind))
    return tuple(conditions)
