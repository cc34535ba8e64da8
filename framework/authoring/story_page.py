"""Stories and rules as a web page: one file that needs no network, to look at in a browser."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from framework.authoring.story_graph import (
    DEFAULT_MAX_HISTORY,
    WHOLE_HISTORY,
    GraphPath,
    StoryGraph,
    story_graph,
)
from framework.bot.domain import DEFAULT_ACTIONS, Domain, ResponseVariation
from framework.bot.nlu_data import Example
from framework.bot.stories import StoryData
from framework.dialogue.actions.utter import UTTER_PREFIX

ActionKind = Literal["response", "own", "form", "default"]

_PARTS = files("framework.authoring") / "story_page"
_SCRIPTS = ("dagre.min.js", "model.js", "layout.js", "draw.js", "view.js", "panels.js", "main.js")
_SHOWN_EXAMPLES = 5
_SHOWN_TEXTS = 3
_BEARABLE_CROSSINGS = 0.2


def page_data(
    stories: StoryData,
    domain: Domain,
    examples: Iterable[Example] = (),
    *,
    title: str,
    max_history: int = DEFAULT_MAX_HISTORY,
    current: int | None = None,
    follows: str | None = None,
) -> dict[str, Any]:
    """What the page shows, as JSON-like data.

    ``examples`` are shown with the intents that they belong to. ``current`` is the number of the path that stands out
    from the start; ``follows`` the address from which the page fetches this data again and again.
    """
    joined, tree = story_graph(stories, max_history=max_history), story_graph(stories, max_history=WHOLE_HISTORY)
    told = {(node.kind, node.title) for node in joined.nodes}
    return {
        "title": title,
        "views": {"joined": _view(joined), "tree": _view(tree)},
        "begin": "tree" if _is_tangled(joined) else "joined",
        "paths": [_path(path) for path in joined.paths],
        "intents": _intents({name for kind, name in told if kind == "user"}, examples),
        "actions": {name: _action(name, domain) for kind, name in told if kind == "action"},
        "current": current,
        "follows": follows,
    }


def render_page(data: dict[str, Any]) -> str:
    """The page, with everything that it needs inside."""
    # Inside a script element, only "<" could end the data early.
    embedded = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    parts = {
        "title": _escaped(f"{data['title']}: stories and rules"),
        "style": _part("page.css"),
        "scripts": "(() => {\n" + "\n".join(map(_part, _SCRIPTS)) + "\n})();",
        "data": embedded,
    }
    page = _part("page.html")
    for name, text in parts.items():
        before, _, after = page.partition(f"{{{{{name}}}}}")
        page = before + text + after
    return page


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _is_tangled(graph: StoryGraph) -> bool:
    """Whether the stories cross each other so often that they are easier to read apart."""
    kinds = [graph.paths[edge.paths[0]].kind for edge in graph.edges]
    nodes = {edge.source for edge in graph.edges} | {edge.target for edge in graph.edges}
    crossings = len(graph.edges) - len(nodes)
    return crossings > _BEARABLE_CROSSINGS * kinds.count("story")


def _view(graph: StoryGraph) -> dict[str, Any]:
    return {
        "nodes": [{"kind": node.kind, "title": node.title, "entities": node.entities} for node in graph.nodes],
        "edges": [
            {"source": edge.source, "target": edge.target, "labels": edge.labels, "paths": edge.paths}
            for edge in graph.edges
        ],
        "routes": [path.edges for path in graph.paths],
    }


def _path(path: GraphPath) -> dict[str, Any]:
    file = _shown_file(path.where.file) if path.where else ""
    return {
        "name": path.name,
        "kind": path.kind,
        "file": file,
        "line": path.where.line if path.where else None,
    }


def _shown_file(file: str) -> str:
    """The name of a file as seen from here, where it is below."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def _intents(told: set[str], examples: Iterable[Example]) -> dict[str, Any]:
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for example in examples:
        for name in {example.intent, example.intent_name} & told:
            if name is not None:
                texts[name].append(example.text)
    return {name: {"examples": said[:_SHOWN_EXAMPLES], "count": len(said)} for name, said in texts.items()}


def _action(name: str, domain: Domain) -> dict[str, Any]:
    texts = [_said(variation) for variation in domain.responses.get(name, ())[:_SHOWN_TEXTS]]
    return {"kind": _kind(name, domain), "texts": [text for text in texts if text]}


def _kind(name: str, domain: Domain) -> ActionKind:
    if name in domain.forms:
        return "form"
    if name in domain.actions and not name.startswith(UTTER_PREFIX):
        return "own"
    return "default" if name in DEFAULT_ACTIONS else "response"


def _said(variation: ResponseVariation) -> str:
    buttons = "".join(f"\n▸ {button.get('title', '')}" for button in variation.buttons)
    return f"{variation.text or ''}{buttons}".strip()
