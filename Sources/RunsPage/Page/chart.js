// A chart of curves: zoom by dragging or keys, the exact numbers under the cursor, and a table of the same numbers.

import { DASHES, draw } from "./chart-drawing.js";
import { atNextFrame, h, svg } from "./dom.js";
import { nearestIndex, valueRange } from "./scale.js";

const LONGEST_TABLE = 500;
// The curves whose numbers are shown at the cursor; of more, those that are nearest to the pointer.
const MOST_AT_CURSOR = 12;

/**
 * A series: {key, name, x, y, text(index), colour, dash, isFaint, isPoints, low, high}. A series `isFaint` is drawn behind
 * another one and is not in the legend. `note(index)` is a further text on hover.
 */
export class Chart {
  /** - options: title; text(key, values); zoomed(range or null); toggled(key, isHidden); xText(value) for dates. */
  constructor(options) {
    Object.assign(this, { options, series: [], cursor: null, selection: null, range: null, isLog: false });
    const { title, text } = options;
    this.canvas = h("canvas", {
      class: "plot", tabindex: "0", role: "application", "aria-roledescription": text("chart"), "aria-label": title,
    });
    this.tip = h("div", { class: "tip", hidden: true });
    this.spoken = h("p", { class: "spoken", "aria-live": "polite" });
    this.legend = h("ul", { class: "legend", role: "list" });
    this.table = h("details", { class: "numbers-table", ontoggle: () => this.fillTable() }, h("summary", {}, text("asTable")), h("div", {}));
    this.reset = h("button", { type: "button", class: "small reset", hidden: true, onclick: () => options.zoomed(null) }, text("wholeRange"));
    this.element = h("figure", { class: "chart" },
      h("figcaption", {}, h("h3", {}, title), this.reset),
      h("div", { class: "plot-box" }, this.canvas, this.tip), this.spoken, this.legend, this.table);
    this.redraw = atNextFrame(() => this.draw());
    this.listen();
  }

  leave() {
    this.observer.disconnect();
    this.theme.removeEventListener("change", this.redraw);
  }

  /** Shows series. - hidden: keys of series that are switched off; range: places of x, null for all; lines: [{x, name}] across. */
  show({ series, hidden = new Set(), range = null, isLog = false, xName, lines = [] }) {
    Object.assign(this, { all: series, range, isLog, xName, lines });
    this.series = series.filter((one) => !hidden.has(one.key) && one.x.length > 0);
    this.showLegend(series.filter((one) => !one.isFaint), hidden);
    this.reset.hidden = range === null;
    if (this.cursor) this.point(this.cursor.x, false);
    this.table.firstChild.nextSibling.replaceChildren();
    if (this.table.open) this.fillTable();
    this.redraw();
  }

  /** The places of x in view. */
  get view() {
    if (this.range) return this.range;
    let [low, high] = [Infinity, -Infinity];
    for (const { x } of this.series) [low, high] = [Math.min(low, x[0]), Math.max(high, x[x.length - 1])];
    if (low > high) return [0, 1];
    return low === high ? [low - 0.5, high + 0.5] : [low, high];
  }

  draw() {
    const values = valueRange(
      this.series.flatMap(({ x, y, low, high }) => [{ x, y }, ...(low ? [{ x, y: low }, { x, y: high }] : [])]), this.view, this.isLog);
    this.scales = draw(this.canvas, {
      series: this.series, range: this.view, values, isLog: this.isLog, xText: this.options.xText, xName: this.xName,
      cursor: this.cursor, selection: this.selection, lines: this.lines ?? [],
    });
  }

  // MARK: Legend

  showLegend(series, hidden) {
    const key = JSON.stringify(series.map((one) => [one.key, one.name, one.colour, one.dash, hidden.has(one.key), one.isPoints]));
    if (key === this.legendKey) return;
    const focused = this.legend.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.legendKey = key;
    this.legend.replaceChildren(...series.map((one) => h("li", {}, h("button", {
      type: "button", class: "small key", "aria-pressed": String(!hidden.has(one.key)), "data-key": one.key,
      onclick: () => this.options.toggled(one.key, !hidden.has(one.key)),
    }, swatch(one), h("span", {}, one.name)))));
    if (focused !== null) [...this.legend.querySelectorAll("button")].find((button) => button.dataset.key === focused)?.focus();
  }

  // MARK: Cursor

  /** Puts the cursor at the point that is nearest to a place of x. - height: the pointer's place from the top, in pixels. */
  point(place, isSpoken, height = null) {
    const shown = this.series.filter((one) => !one.isFaint);
    const found = shown.map((series) => ({ series, index: nearestIndex(series.x, place) })).filter(({ index }) => index >= 0);
    if (found.length === 0) { this.leaveCursor(); return; }
    const nearest = found.reduce((best, one) =>
      Math.abs(one.series.x[one.index] - place) < Math.abs(best.series.x[best.index] - place) ? one : best);
    const at = nearest.series.x[nearest.index];
    // A point far from the cursor has nothing to do with it, such as the last point of a run that ended.
    const [low, high] = this.view;
    const points = found.map(({ series }) => ({ series, index: nearestIndex(series.x, at) }))
      .filter(({ series, index }) => Math.abs(series.x[index] - at) <= (high - low) * 0.08);
    this.cursor = { x: at, points, height: height ?? this.cursor?.height ?? null };
    this.showTip(isSpoken);
    this.redraw();
  }

  leaveCursor() {
    this.cursor = null;
    this.tip.hidden = true;
    this.redraw();
  }

  place(value) { return this.options.xText?.(value) ?? String(Number(value.toFixed(3))); }

  /** The points at the cursor that are shown with their numbers, in the order of the legend. */
  get nearest() {
    const { points, height } = this.cursor;
    if (points.length <= MOST_AT_CURSOR) return points;
    const y = this.scales?.y;
    const distance = ({ series, index }) => {
      const away = y && height !== null ? Math.abs(y.place(series.y[index]) - height) : NaN;
      return Number.isNaN(away) ? Infinity : away;
    };
    const order = points.map((point) => [distance(point), point]).sort(([one], [other]) => (one === other ? 0 : one - other));
    const kept = new Set(order.slice(0, MOST_AT_CURSOR).map(([, point]) => point));
    return points.filter((point) => kept.has(point));
  }

  showTip(isSpoken) {
    const { x, points } = this.cursor;
    const shown = this.nearest;
    const more = points.length - shown.length;
    const lines = shown.map(({ series, index }) => ({
      series, value: series.text(index), note: series.note?.(index), at: series.x[index] === x ? null : this.place(series.x[index]),
    }));
    this.tip.replaceChildren(
      h("p", {}, `${this.xName} ${this.place(x)}`),
      h("dl", {}, lines.map(({ series, value, note, at }) => [
        h("dt", {}, swatch(series), at === null ? series.name : `${series.name} (${at})`),
        h("dd", { "data-key": series.key }, value, note ? h("small", {}, note) : null)])),
      ...(more > 0 ? [h("p", {}, this.options.text("moreAtCursor", { count: more }))] : []));
    this.tip.hidden = false;
    const isRight = this.scales && this.scales.x.place(x) > this.canvas.clientWidth / 2;
    this.tip.classList.toggle("left-side", Boolean(isRight));
    if (isSpoken) this.spoken.textContent = [`${this.xName} ${this.place(x)}`, ...lines.map((line) => `${line.series.name} ${line.value}`)].join(", ");
  }

  // MARK: Mouse, finger and keys

  listen() {
    const { canvas } = this;
    let start = null;
    const at = (event) => event.clientX - canvas.getBoundingClientRect().left;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.scales || event.pointerType === "touch") return;
      start = at(event);
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.scales) return;
      if (start !== null && Math.abs(at(event) - start) > 4) {
        this.selection = [start, at(event)];
        this.redraw();
      }
      this.point(this.scales.x.value(at(event)), false, event.clientY - canvas.getBoundingClientRect().top);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (this.selection && this.scales) {
        const [low, high] = this.selection.map((place) => this.scales.x.value(place)).sort((one, other) => one - other);
        this.zoom(low, high);
      }
      [start, this.selection] = [null, null];
      if (event.pointerType === "touch" && this.scales) this.point(this.scales.x.value(at(event)), false, event.clientY - canvas.getBoundingClientRect().top);
      this.redraw();
    });
    canvas.addEventListener("pointercancel", () => { [start, this.selection] = [null, null]; this.redraw(); });
    canvas.addEventListener("pointerleave", () => { if (start === null && document.activeElement !== canvas) this.leaveCursor(); });
    canvas.addEventListener("blur", () => this.leaveCursor());
    canvas.addEventListener("dblclick", () => this.options.zoomed(null));
    canvas.addEventListener("keydown", (event) => this.key(event));
    this.observer = new ResizeObserver(this.redraw);
    this.observer.observe(canvas);
    this.theme = matchMedia("(prefers-color-scheme: dark)");
    this.theme.addEventListener("change", this.redraw);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [low, high] = this.view;
    const at = this.cursor?.x ?? (low + high) / 2;
    const actions = {
      ArrowLeft: () => (event.shiftKey ? this.zoom(low - (high - low) / 4, high - (high - low) / 4) : this.step(-1)),
      ArrowRight: () => (event.shiftKey ? this.zoom(low + (high - low) / 4, high + (high - low) / 4) : this.step(1)),
      Home: () => this.point(low, true),
      End: () => this.point(high, true),
      "+": () => this.zoom(at - (at - low) / 2, at + (high - at) / 2),
      "=": () => actions["+"](),
      "-": () => this.zoom(at - (at - low) * 2, at + (high - at) * 2),
      0: () => this.options.zoomed(null),
      Escape: () => (this.cursor ? this.leaveCursor() : this.options.zoomed(null)),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** Moves the cursor to the next point of any series. */
  step(direction) {
    const [low, high] = this.view;
    if (!this.cursor) { this.point(direction > 0 ? low : high, true); return; }
    const { x } = this.cursor;
    let best = null;
    for (const { x: places, isFaint } of this.series) {
      if (isFaint) continue;
      let index = nearestIndex(places, x);
      while (index >= 0 && index < places.length && (direction > 0 ? places[index] <= x : places[index] >= x)) index += direction;
      // The nearest point may be behind the next one.
      while (direction > 0 ? index > 0 && places[index - 1] > x : index >= 0 && index < places.length - 1 && places[index + 1] < x) index -= direction;
      const place = places[index];
      if (place === undefined || place < low || place > high) continue;
      if (best === null || Math.abs(place - x) < Math.abs(best - x)) best = place;
    }
    if (best !== null) this.point(best, true);
  }

  zoom(low, high) {
    const whole = new Chart.Whole(this.series);
    const width = Math.max(high - low, whole.width * 1e-6);
    if (width >= whole.width) { this.options.zoomed(null); return; }
    const from = Math.min(Math.max(low, whole.low), whole.high - width);
    this.options.zoomed([from, from + width]);
  }

  // MARK: Table

  fillTable() {
    const place = this.table.firstChild.nextSibling;
    if (!this.table.open || place.hasChildNodes()) return;
    const series = this.series.filter((one) => !one.isFaint);
    const [low, high] = this.view;
    const rows = new Map();
    series.forEach((one, column) => {
      for (let index = 0; index < one.x.length; index++) {
        const x = one.x[index];
        if (x < low || x > high) continue;
        if (!rows.has(x)) rows.set(x, []);
        rows.get(x)[column] = one.text(index);
      }
    });
    const places = [...rows.keys()].sort((one, other) => one - other);
    const shown = places.slice(-LONGEST_TABLE);
    place.append(
      ...(shown.length < places.length ? [h("p", { class: "quiet" }, this.options.text("lastRows", { count: shown.length, all: places.length }))] : []),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": this.options.title }, h("table", { class: "numbers" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, this.xName), series.map((one) => h("th", { scope: "col" }, one.name)))),
        h("tbody", {}, shown.map((x) => h("tr", {}, h("th", { scope: "row" }, this.place(x)),
          series.map((_, column) => h("td", {}, rows.get(x)[column] ?? ""))))))));
  }
}

/** The range of x of all points. */
Chart.Whole = class {
  constructor(series) {
    const filled = series.filter(({ x }) => x.length > 0);
    this.low = Math.min(...filled.map(({ x }) => x[0]));
    this.high = Math.max(...filled.map(({ x }) => x[x.length - 1]));
  }

  get width() { return this.high - this.low; }
};

/** A piece of the line in its colour and dashes. */
function swatch({ colour, dash = 0, isPoints }) {
  const mark = isPoints
    ? svg("circle", { cx: 11, cy: 6, r: 4, class: "swatch-dot" })
    : svg("line", { x1: 1, y1: 6, x2: 21, y2: 6, "stroke-dasharray": DASHES[dash % DASHES.length].join(" ") });
  return svg("svg", { class: `swatch line-${colour % 8}`, viewBox: "0 0 22 12", width: 22, height: 12, "aria-hidden": "true" }, mark);
}
