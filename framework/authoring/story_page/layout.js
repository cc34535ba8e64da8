/* Where everything goes: layers from left to right within what hangs together, and the pieces packed below each other. */
const FONT = getComputedStyle(document.body).fontFamily;
const LONGEST = 34;
const GAP = 46;
const CAPTION = 24;
const measure = document.createElement("canvas").getContext("2d");

function textWidth(text, font) {
  measure.font = `${font} ${FONT}`;
  return measure.measureText(text).width;
}

function shortened(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function sizeOf(model, node) {
  const small = { start: [62, 30], anytime: [20, 20], end: [10, 10], open: [12, 12] }[node.kind];
  if (small) return { width: small[0], height: small[1], title: model.label(node), note: "" };
  const title = shortened(model.label(node));
  const note = shortened(model.note(node));
  const wide = Math.max(textWidth(title, "600 13px"), textWidth(note, "11px"));
  return { width: Math.ceil(wide) + 30, height: note ? 46 : 34, title, note };
}

function pieces(model, part) {
  const parent = new Map(part.nodes.map((node) => [node, node]));
  const root = (node) => {
    while (parent.get(node) !== node) node = parent.set(node, parent.get(parent.get(node))).get(node);
    return node;
  };
  for (const edge of part.edges) parent.set(root(model.edges[edge].source), root(model.edges[edge].target));
  const found = new Map();
  const of = (node) => found.get(root(node)) ?? found.set(root(node), { nodes: [], edges: [] }).get(root(node));
  for (const node of part.nodes) of(node).nodes.push(node);
  for (const edge of part.edges) of(model.edges[edge].source).edges.push(edge);
  return [...found.values()];
}

/* Steep lines are hard to follow: what comes out high is laid out again with more room between its layers. */
function layOut(model, piece) {
  let graph = arranged(model, piece, 38);
  const { width, height } = graph.graph();
  const steepness = height / width;
  if (piece.nodes.length > 60 && steepness > 0.8) graph = arranged(model, piece, Math.round(38 * Math.min(4, 1 + steepness)));
  const paths = [...new Set(piece.edges.flatMap((edge) => model.edges[edge].paths))];
  const path = paths.length === 1 ? paths[0] : null;
  return { graph, width: graph.graph().width, height: graph.graph().height, path, caption: path === null ? null : model.paths[path] };
}

/* The edges that lead back to where a conversation has been. */
function backward(model, piece) {
  const leaving = new Map(piece.nodes.map((node) => [node, []]));
  for (const edge of piece.edges) leaving.get(model.edges[edge].source).push(edge);
  const back = new Set();
  const state = new Map();
  for (const start of [...piece.nodes].sort((a, b) => a - b)) {
    const pending = [[start, false]];
    while (pending.length) {
      const [node, isLeft] = pending.pop();
      if (isLeft) state.set(node, "done");
      else if (!state.has(node)) {
        state.set(node, "open");
        pending.push([node, true]);
        for (const edge of leaving.get(node).toReversed()) {
          const target = model.edges[edge].target;
          if (state.get(target) === "open") back.add(edge);
          else if (!state.has(target)) pending.push([target, false]);
        }
      }
    }
  }
  return back;
}

/* dagre moves everything as close as it can to where edges end; with all edges turned round, that is the beginning. */
function arranged(model, piece, ranksep) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  const ranker = piece.nodes.length > 600 ? "longest-path" : "network-simplex";
  graph.setGraph({ rankdir: "RL", nodesep: 16, ranksep, edgesep: 10, ranker });
  for (const node of piece.nodes) graph.setNode(String(node), sizeOf(model, model.nodes[node]));
  const back = backward(model, piece);
  for (const number of piece.edges) {
    const edge = model.edges[number];
    const lines = edge.labels.map(shortened);
    const width = lines.length ? Math.max(...lines.map((line) => textWidth(line, "11px"))) + 16 : 0;
    const height = lines.length ? lines.length * 15 + 5 : 0;
    const [from, to] = back.has(number) ? [edge.source, edge.target] : [edge.target, edge.source];
    graph.setEdge(String(from), String(to), { width, height, labelpos: "c", weight: edge.paths.length, lines, isTurned: !back.has(number) }, String(number));
  }
  dagre.layout(graph);
  return graph;
}

/* Pieces with several stories below each other; what is alone, mostly rules, in columns beneath, in its order. */
function pack(laid, shape) {
  let top = 0;
  for (const piece of laid.filter((piece) => !piece.caption)) {
    Object.assign(piece, { x: 0, y: top });
    top += piece.height + GAP;
  }
  const alone = laid.filter((piece) => piece.caption);
  const widest = Math.max(0, ...laid.filter((piece) => !piece.caption).map((piece) => piece.width));
  let best = null;
  for (let columns = 1; columns <= Math.min(alone.length, 16); columns += 1) {
    const tried = inColumns(alone, columns);
    const badness = Math.max(Math.max(widest, tried.width) / shape, top + tried.height) + tried.height / 100;
    if (!best || badness < best.badness) best = { ...tried, badness };
  }
  best?.places.forEach(([x, y], number) => Object.assign(alone[number], { x, y: top + y }));
  return laid;
}

function inColumns(alone, columns) {
  const total = alone.reduce((sum, piece) => sum + piece.height + CAPTION + GAP * 0.5, 0);
  const places = [];
  let [x, y, wide, height] = [0, 0, 0, 0];
  for (const piece of alone) {
    if (y > 0 && y + piece.height / 2 > total / columns) [x, y, wide] = [x + wide + GAP, 0, 0];
    places.push([x, y + CAPTION]);
    y += piece.height + CAPTION + GAP * 0.5;
    wide = Math.max(wide, piece.width, textWidth(piece.caption.name, "600 12px"));
    height = Math.max(height, y);
  }
  return { places, width: x + wide, height };
}
