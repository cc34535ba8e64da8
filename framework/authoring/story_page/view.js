/* Moving about: the wheel zooms, dragging pans. */
class View {
  constructor(svg, scene) {
    Object.assign(this, { svg, scene, x: 0, y: 0, scale: 1 });
    svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.grab(event));
  }

  apply() {
    this.scene.setAttribute("transform", `translate(${this.x},${this.y}) scale(${this.scale})`);
  }

  wheel(event) {
    event.preventDefault();
    if (event.ctrlKey || !event.shiftKey) this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.offsetX, event.offsetY);
    else this.move(-event.deltaY, 0);
  }

  grab(event) {
    if (event.button !== 0) return;
    const start = { x: event.clientX, y: event.clientY, viewX: this.x, viewY: this.y };
    this.dragged = false;
    const move = (now) => {
      const [dx, dy] = [now.clientX - start.x, now.clientY - start.y];
      if (Math.hypot(dx, dy) > 4) this.dragged = true;
      this.svg.classList.toggle("dragging", this.dragged);
      [this.x, this.y] = [start.viewX + dx, start.viewY + dy];
      this.apply();
    };
    const release = () => {
      this.svg.classList.remove("dragging");
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", release);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", release);
  }

  move(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  zoom(factor, x = this.svg.clientWidth / 2, y = this.svg.clientHeight / 2) {
    const scale = Math.min(3, Math.max(0.04, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.apply();
  }

  /* Brings a rectangle into sight, beside what covers the right, as large as it fits but neither larger than life nor smaller than asked. */
  show(box, least = 0.04, covered = 0) {
    if (!box) return;
    const [width, height] = [this.svg.clientWidth - 60 - covered, this.svg.clientHeight - 120];
    this.scale = Math.min(1.15, Math.max(least, Math.min(width / box.width, height / box.height)));
    const fits = (size, room) => size * this.scale <= room;
    this.x = fits(box.width, width) ? 30 + (width - box.width * this.scale) / 2 - box.x * this.scale : 30 - box.x * this.scale;
    this.y = fits(box.height, height) ? 40 + (height - box.height * this.scale) / 2 - box.y * this.scale : 40 - box.y * this.scale;
    this.apply();
  }
}
