/* The drawing itself, in SVG. */
const SVG = "http://www.w3.org/2000/svg";

function element(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function written(text, attributes) {
  const made = element("text", attributes);
  made.textContent = text;
  return made;
}

/* A smooth line through the points of the layout. */
function curve(points, dx, dy) {
  const at = points.map(({ x, y }) => [x + dx, y + dy]);
  if (at.length < 3) return `M${at.map((point) => point.join(",")).join("L")}`;
  let line = `M${at[0]}`;
  for (let i = 1; i < at.length - 1; i += 1) {
    const last = i === at.length - 2;
    const end = last ? at[i + 1] : [(at[i][0] + at[i + 1][0]) / 2, (at[i][1] + at[i + 1][1]) / 2];
    line += `Q${at[i]} ${end}`;
  }
  return line;
}

function outline(kind, width, height) {
  const [w, h] = [width / 2, height / 2];
  if (kind === "end" || kind === "open") return element("circle", { class: "shape", r: w - 1 });
  if (kind === "anytime") return element("path", { class: "shape", d: `M0,${-h}L${w},0L0,${h}L${-w},0Z` });
  if (kind === "checkpoint") return element("path", { class: "shape", d: `M${-w + 10},${-h}H${w - 10}L${w},0L${w - 10},${h}H${-w + 10}L${-w},0Z` });
  const round = kind === "user" || kind === "start" ? h : 7;
  return element("rect", { class: "shape", x: -w, y: -h, width, height, rx: round });
}

class Drawing {
  constructor(model, scene) {
    this.model = model;
    this.scene = scene;
    this.nodes = new Map();
    this.edges = new Map();
    this.captions = new Map();
    this.centers = new Map();
  }

  draw(laid) {
    this.scene.replaceChildren();
    for (const each of [this.nodes, this.edges, this.captions, this.centers]) each.clear();
    const lines = element("g");
    const dots = element("g");
    for (const piece of laid) {
      for (const id of piece.graph.edges()) lines.append(this.edge(piece, id));
      for (const id of piece.graph.nodes()) dots.append(this.node(piece, Number(id)));
      if (piece.caption) dots.append(this.caption(piece));
    }
    this.scene.append(lines, dots);
  }

  edge(piece, id) {
    const number = Number(id.name);
    const edge = this.model.edges[number];
    const placed = piece.graph.edge(id);
    const line = curve(placed.isTurned ? placed.points.toReversed() : placed.points, piece.x, piece.y);
    const isRule = edge.paths.every((path) => this.model.paths[path].kind === "rule");
    const group = element("g", { class: `edge ${isRule ? "rule" : "story"}`, "data-edge": number });
    const stroke = 1.3 + Math.log2(edge.paths.length) * 0.7;
    group.append(element("path", { d: line, style: `stroke-width:${stroke.toFixed(2)}` }), element("path", { class: "grip", d: line }));
    if (placed.lines.length) {
      const [x, y] = [placed.x + piece.x, placed.y + piece.y];
      group.append(element("rect", { x: x - placed.width / 2, y: y - placed.height / 2, width: placed.width, height: placed.height, rx: 6 }));
      placed.lines.forEach((text, row) => group.append(written(text, { x, y: y - placed.height / 2 + 14 + row * 15 })));
    }
    this.edges.set(number, group);
    return group;
  }

  node(piece, number) {
    const node = this.model.nodes[number];
    const placed = piece.graph.node(String(number));
    const [x, y] = [placed.x + piece.x, placed.y + piece.y];
    const group = element("g", { class: `node ${this.model.look(node)}`, transform: `translate(${x},${y})`, "data-node": number });
    group.append(outline(node.kind, placed.width, placed.height));
    if (placed.title) group.append(written(placed.title, { class: "title", y: placed.note ? -2 : 4.5 }));
    if (placed.note) group.append(written(placed.note, { class: "note", y: 14 }));
    this.nodes.set(number, group);
    this.centers.set(number, { x, y, width: placed.width, height: placed.height });
    return group;
  }

  caption(piece) {
    const made = written(piece.caption.name, { class: "caption", x: piece.x, y: piece.y - 8, "data-path": piece.path });
    this.captions.set(piece.path, made);
    return made;
  }

  /* The rectangle around nodes, around everything if none are given. */
  extent(nodes = this.centers.keys()) {
    const boxes = [...nodes].map((node) => this.centers.get(node)).filter(Boolean);
    if (!boxes.length) return null;
    const low = (key, size) => Math.min(...boxes.map((box) => box[key] - box[size] / 2));
    const high = (key, size) => Math.max(...boxes.map((box) => box[key] + box[size] / 2));
    const [x, y] = [low("x", "width"), low("y", "height") - CAPTION];
    return { x, y, width: high("x", "width") - x, height: high("y", "height") - y };
  }
}
