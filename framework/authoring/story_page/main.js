/* Puts the page together, and answers what its reader does. */
/* Stories are woven into one another, and laying them out takes time; rules are by themselves. */
const MOST_EDGES = { joined: { story: 600, rule: 2500 }, tree: { story: 1200, rule: 2500 } };
const READABLE = 0.55;

class Page {
  constructor(data) {
    this.find = (id) => document.getElementById(id);
    this.svg = this.find("graph");
    this.view = new View(this.svg, this.find("scene"));
    this.kinds = new Set(["story", "rule"]);
    this.show(data);
    this.listen();
  }

  /* Begins anew with other stories. A conversation that goes on stands out, and is kept in sight. */
  show(data, view = this.model?.view ?? data.begin) {
    this.data = data;
    this.model = new StoryModel(data, view);
    this.drawing = new Drawing(this.model, this.find("scene"));
    const choose = (path) => this.choosePath(path);
    const actions = { choose, clear: () => this.clear(), isNarrowed: () => this.narrowed !== null, narrow: (paths) => this.narrow(paths), widen: () => this.narrow(null) };
    this.list = new PathList(this.model, this.find("list"), choose);
    this.detail = new Detail(this.model, this.find("detail"), actions);
    this.narrowed = null;
    this.pinned = null;
    this.hits = { text: "", nodes: [], at: -1 };
    this.describe();
    this.redraw();
    if (this.model.current !== null) this.choosePath(this.model.current);
  }

  describe() {
    const count = (kind) => this.model.paths.filter((path) => path.kind === kind).length;
    const several = (number, noun, nouns) => `${number} ${number === 1 ? noun : nouns}`;
    this.find("name").textContent = this.model.title;
    this.find("counts").textContent = `${several(count("story"), "story", "stories")}, ${several(count("rule"), "rule", "rules")}`;
    for (const kind of ["story", "rule"]) this.find(`show-${kind}`).hidden = !count(kind);
    for (const view of ["joined", "tree"]) {
      this.find(`view-${view}`).setAttribute("aria-pressed", view === this.model.view);
      this.find(`view-${view}`).hidden = !count("story");
    }
  }

  wanted() {
    const all = this.model.paths.map((_, number) => number).filter((number) => this.kinds.has(this.model.paths[number].kind));
    return this.narrowed ? all.filter((path) => this.narrowed.has(path)) : all;
  }

  redraw() {
    const wanted = this.wanted();
    const shown = this.model.firstPart(wanted, MOST_EDGES[this.model.view]);
    const left = wanted.length - shown.size;
    this.notice(left ? `${shown.size} of ${wanted.length} are drawn; choose one in the list to see another.` : "");
    const shape = this.svg.clientWidth / Math.max(1, this.svg.clientHeight);
    const laid = pieces(this.model, this.model.part(shown)).map((piece) => layOut(this.model, piece));
    this.drawing.draw(pack(laid, shape));
    this.shown = shown;
    this.list.show(this.listed());
    this.view.show(this.drawing.extent(), laid.length > 12 || this.drawing.centers.size > 120 ? 0.45 : 0.04);
    this.light(null);
  }

  listed() {
    const { text } = this.hits;
    const all = this.model.paths.map((_, number) => number).filter((number) => this.kinds.has(this.model.paths[number].kind));
    if (!text) return all;
    const { paths } = this.model.matches(text);
    return all.filter((path) => paths.has(path));
  }

  notice(text) {
    this.find("notice").textContent = text;
    this.find("notice").hidden = !text;
  }

  narrow(paths) {
    this.narrowed = paths;
    const pinned = this.pinned;
    this.redraw();
    if (!pinned) return;
    this.pin(...pinned);
    if (pinned[0] === "path") this.bringIntoSight(pinned[1]);
  }

  listen() {
    const target = (event) => event.target.closest?.("[data-node], [data-edge], [data-path]");
    const scene = this.find("scene");
    scene.addEventListener("pointerover", (event) => this.pinned || this.hover(target(event)));
    scene.addEventListener("pointerout", () => this.pinned || this.light(null));
    this.svg.addEventListener("click", (event) => this.click(target(event)));
    const list = this.find("list");
    list.addEventListener("pointerover", (event) => this.pinned || this.hover(target(event)));
    list.addEventListener("pointerleave", () => this.pinned || this.light(null));
    for (const kind of ["story", "rule"]) this.find(`show-${kind}`).addEventListener("click", () => this.toggle(kind));
    for (const view of ["joined", "tree"]) this.find(`view-${view}`).addEventListener("click", () => this.show(this.data, view));
    this.find("zoom-in").addEventListener("click", () => this.view.zoom(1.3));
    this.find("zoom-out").addEventListener("click", () => this.view.zoom(1 / 1.3));
    this.find("zoom-fit").addEventListener("click", () => this.view.show(this.drawing.extent()));
    this.find("search").addEventListener("input", (event) => this.search(event.target.value.trim()));
    addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const search = this.find("search");
    const isTyping = document.activeElement === search;
    if (event.key === "Escape") {
      search.value = "";
      search.blur();
      this.search("");
      this.clear();
    } else if (isTyping && event.key === "Enter") this.nextHit();
    else if (isTyping) return;
    else if (event.key === "/") {
      event.preventDefault();
      search.focus();
    } else if (event.key === "0") this.view.show(this.drawing.extent());
    else if (event.key === "+") this.view.zoom(1.3);
    else if (event.key === "-") this.view.zoom(1 / 1.3);
  }

  toggle(kind) {
    if (!this.kinds.delete(kind)) this.kinds.add(kind);
    this.find(`show-${kind}`).setAttribute("aria-pressed", this.kinds.has(kind));
    this.clear();
    this.redraw();
  }

  hover(element) {
    if (element) this.lightFor(...this.meaning(element));
    else this.light(null);
  }

  click(element) {
    if (this.view.dragged) return;
    if (!element) this.clear();
    else this.pin(...this.meaning(element));
  }

  meaning(element) {
    for (const kind of ["node", "edge", "path"]) if (element.dataset[kind] !== undefined) return [kind, Number(element.dataset[kind])];
    return [null, null];
  }

  pin(kind, number) {
    this.pinned = [kind, number];
    this.lightFor(kind, number);
    if (kind === "node") this.detail.showNode(number);
    else if (kind === "edge") this.detail.showEdge(number);
    else this.detail.showPath(number);
    this.list.mark(kind === "path" ? number : null);
  }

  choosePath(path) {
    if (!this.shown.has(path)) this.narrow(new Set([path]));
    this.pin("path", path);
    this.bringIntoSight(path);
  }

  bringIntoSight(path) {
    this.view.show(this.drawing.extent(this.model.nodesOf(path)), READABLE, this.find("detail").offsetWidth + 14);
  }

  clear() {
    this.pinned = null;
    this.detail.hide();
    this.list.mark(null);
    if (this.narrowed) this.narrow(null);
    this.light(null);
  }

  lightFor(kind, number) {
    if (kind === "path") this.light(new Set([number]));
    else if (kind === "edge") this.light(new Set(this.model.edges[number].paths));
    else if (kind === "node") this.light(this.model.nodePaths[number], number);
  }

  /* Makes some stories and rules stand out; null: all alike. */
  light(paths, chosen = null) {
    const isLit = (list) => paths !== null && list.some((path) => paths.has(path));
    this.find("scene").classList.toggle("dimmed", paths !== null);
    this.drawing.edges.forEach((edge, number) => edge.classList.toggle("lit", isLit(this.model.edges[number].paths)));
    this.drawing.nodes.forEach((node, number) => {
      node.classList.toggle("lit", isLit([...this.model.nodePaths[number]]));
      node.classList.toggle("chosen", number === chosen);
    });
    this.drawing.captions.forEach((caption, path) => caption.classList.toggle("lit", isLit([path])));
  }

  search(text) {
    const found = text ? this.model.matches(text) : { nodes: new Set(), paths: new Set() };
    const nodes = [...found.nodes].filter((node) => this.drawing.centers.has(node));
    this.hits = { text, nodes, at: -1 };
    this.drawing.nodes.forEach((node, number) => node.classList.toggle("found", found.nodes.has(number)));
    this.list.show(this.listed());
    if (text) this.nextHit();
  }

  nextHit() {
    const { nodes } = this.hits;
    if (!nodes.length) return;
    this.hits.at = (this.hits.at + 1) % nodes.length;
    const { x, y } = this.drawing.centers.get(nodes[this.hits.at]);
    this.view.scale = Math.max(this.view.scale, 0.8);
    this.view.x = this.svg.clientWidth / 2 - x * this.view.scale;
    this.view.y = this.svg.clientHeight / 2 - y * this.view.scale;
    this.view.apply();
  }
}

/* A page that watches a conversation asks now and then what there is to show. */
async function follow(page, address) {
  const latest = (data) => JSON.stringify([data.current, data.paths.length, data.views.tree.routes[data.current] ?? null]);
  let known = latest(page.data);
  for (;;) {
    await new Promise((wake) => setTimeout(wake, 1000));
    try {
      const data = await (await fetch(address)).json();
      if (latest(data) === known) continue;
      known = latest(data);
      page.show(data);
    } catch {
      page.notice("The conversation has ended.");
      return;
    }
  }
}

const page = new Page(JSON.parse(document.getElementById("data").textContent));
if (page.data.follows) follow(page, page.data.follows);
