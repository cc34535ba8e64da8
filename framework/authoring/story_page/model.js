/* The graph as the page has it: what belongs to what, and which part of it is shown. */
class StoryModel {
  constructor(data, view) {
    const { nodes, edges, routes } = data.views[view];
    const paths = data.paths.map((path, number) => ({ ...path, edges: routes[number] }));
    Object.assign(this, data, { view, nodes, edges, paths });
    this.nodePaths = nodes.map(() => new Set());
    edges.forEach((edge) => {
      for (const path of edge.paths) {
        this.nodePaths[edge.source].add(path);
        this.nodePaths[edge.target].add(path);
      }
    });
  }

  /* What a node is drawn as: actions are told apart by what they are. */
  look(node) {
    if (node.kind !== "action") return node.kind;
    const action = this.actions[node.title];
    return action && action.kind !== "response" ? action.kind : "action";
  }

  /* The small second line of a node. */
  note(node) {
    if (node.kind === "user") return node.entities.join(", ");
    if (node.kind !== "action") return "";
    const action = this.actions[node.title];
    return action && action.texts.length ? `“${action.texts[0].split("\n")[0]}”` : "";
  }

  label(node) {
    return { start: "Start", anytime: "", end: "", open: "" }[node.kind] ?? node.title;
  }

  nodesOf(path) {
    const found = new Set();
    for (const edge of this.paths[path].edges) found.add(this.edges[edge].source).add(this.edges[edge].target);
    return found;
  }

  /* The part of the graph that the given stories and rules make up. */
  part(paths) {
    const edges = [];
    const nodes = new Set();
    this.edges.forEach((edge, number) => {
      if (!edge.paths.some((path) => paths.has(path))) return;
      edges.push(number);
      nodes.add(edge.source).add(edge.target);
    });
    return { nodes: [...nodes], edges };
  }

  /* As many of the stories and rules, in order, as can be laid out at once; `most` are edges by kind. */
  firstPart(paths, most) {
    const taken = new Set();
    const edges = { story: new Set(), rule: new Set() };
    for (const path of paths) {
      const { kind, edges: own } = this.paths[path];
      const joined = new Set([...edges[kind], ...own]);
      if (joined.size > most[kind] && edges[kind].size) continue;
      edges[kind] = joined;
      taken.add(path);
    }
    return taken;
  }

  matches(text) {
    const wanted = text.toLowerCase();
    const has = (value) => value.toLowerCase().includes(wanted);
    const nodes = new Set();
    this.nodes.forEach((node, id) => {
      const spoken = node.kind === "user" ? this.intents[node.title]?.examples ?? [] : this.actions[node.title]?.texts ?? [];
      if (has(node.title) || node.entities.some(has) || spoken.some(has)) nodes.add(id);
    });
    const paths = new Set();
    this.paths.forEach((path, number) => {
      if (has(path.name)) paths.add(number);
    });
    nodes.forEach((node) => this.nodePaths[node].forEach((path) => paths.add(path)));
    return { nodes, paths };
  }
}
