/* What stands beside the graph: the list of stories and rules, and the details of what was clicked. */
function html(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function pathButton(model, path, choose) {
  const { name, kind } = model.paths[path];
  const button = html("button", { title: name }, html("i", { className: `line ${kind}` }), html("span", { textContent: name }));
  button.dataset.path = path;
  button.addEventListener("click", () => choose(path));
  return button;
}

class PathList {
  constructor(model, nav, choose) {
    Object.assign(this, { model, nav, choose });
  }

  show(paths) {
    this.nav.replaceChildren();
    let file = null;
    for (const path of paths) {
      const at = this.model.paths[path].file;
      if (at !== file) this.nav.append(html("h2", { textContent: `\u200e${at || "now"}`, title: at }));
      file = at;
      this.nav.append(pathButton(this.model, path, this.choose));
    }
    if (!paths.length) this.nav.append(html("p", { className: "nothing", textContent: "No story or rule has that." }));
  }

  mark(path) {
    for (const button of this.nav.querySelectorAll("button")) {
      const isCurrent = button.dataset.path === String(path);
      button.setAttribute("aria-current", isCurrent);
      if (isCurrent) button.scrollIntoView({ block: "nearest" });
    }
  }
}

const KINDS = {
  start: "beginning", anytime: "anywhere in a conversation", user: "the user says", action: "the bot answers", own: "own action",
  form: "form", default: "default action", checkpoint: "checkpoint", end: "the bot waits for the user", open: "others decide what comes next",
};

class Detail {
  constructor(model, section, actions) {
    Object.assign(this, { model, section, actions });
  }

  hide() {
    this.section.hidden = true;
  }

  show(kind, title, body, paths) {
    const close = html("button", { className: "close", textContent: "×", title: "Close (Esc)" });
    close.addEventListener("click", () => this.actions.clear());
    const only = html("button", { className: "only", textContent: this.actions.isNarrowed() ? "Show everything again" : "Show only this" });
    only.addEventListener("click", () => (this.actions.isNarrowed() ? this.actions.widen() : this.actions.narrow(new Set(paths))));
    this.section.replaceChildren(close, html("p", { className: "kind", textContent: kind }), html("h2", { textContent: title }), ...body, only);
    this.section.hidden = false;
  }

  showNode(number) {
    const node = this.model.nodes[number];
    const look = this.model.look(node);
    const paths = [...this.model.nodePaths[number]];
    this.show(KINDS[look], this.model.label(node) || KINDS[look], [...this.aboutNode(node), ...this.through(paths)], paths);
  }

  aboutNode(node) {
    const quotes = (lines) => lines.map((line) => html("p", { className: "quote", textContent: line }));
    if (node.kind === "user") {
      const intent = this.model.intents[node.title];
      const entities = node.entities.map((entity) => html("p", { textContent: entity }));
      const more = intent && intent.count > intent.examples.length ? ` (${intent.examples.length} of ${intent.count})` : "";
      const examples = intent?.examples.length ? [html("h3", { textContent: `Examples${more}` }), ...quotes(intent.examples)] : [];
      return [...(entities.length ? [html("h3", { textContent: "With" })] : []), ...entities, ...examples];
    }
    const action = this.model.actions[node.title];
    return action?.texts.length ? quotes(action.texts) : [];
  }

  showEdge(number) {
    const edge = this.model.edges[number];
    const name = (node) => this.model.label(this.model.nodes[node]) || KINDS[this.model.nodes[node].kind];
    const labels = edge.labels.map((label) => html("p", { textContent: label }));
    this.show("from one to the next", `${name(edge.source)} → ${name(edge.target)}`, [...labels, ...this.through(edge.paths)], edge.paths);
  }

  showPath(number) {
    const path = this.model.paths[number];
    const place = html("p", { className: "where", textContent: path.line ? `${path.file}:${path.line}` : path.file });
    this.show(path.kind, path.name, [place, html("ol", {}, ...this.steps(path))], [number]);
  }

  steps(path) {
    return path.edges.flatMap((number) => {
      const edge = this.model.edges[number];
      const target = this.model.nodes[edge.target];
      const labels = edge.labels.map((label) => html("li", { textContent: label }));
      return this.model.label(target) ? [...labels, html("li", { textContent: [this.model.label(target), ...target.entities].join(" · ") })] : labels;
    });
  }

  through(paths) {
    const list = html("ul", { className: "paths" }, ...paths.map((path) => html("li", {}, pathButton(this.model, path, this.actions.choose))));
    return [html("h3", { textContent: paths.length === 1 ? "In" : `In ${paths.length}` }), list];
  }
}
