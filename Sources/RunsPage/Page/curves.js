// The curves of one run or of several, a chart for each metric, with the controls that all charts share. Settings of the
// address: x (step, epoch, seconds), smooth (0 to 0.99), log (metrics with a logarithmic axis), from and to (zoom), hide
// (series that are switched off), split (compare only: kind/split).

import { Chart } from "./chart.js";
import { field, h, put, select } from "./dom.js";
import { smoothed } from "./numbers.js";

const FIRST = ["loss", "accuracy", "perplexity"];
const LAST = ["learning_rate", "gradient_norm"];
// Kind and split of each series, in the order of legends, with its colour and dashes.
const SPLITS = [
  { key: "step/train", colour: 6 }, { key: "epoch/train", colour: 0 }, { key: "epoch/validation", colour: 1 },
  { key: "epoch/ema_validation", colour: 2, dash: 1 }, { key: "test/test", colour: 3, isPoints: true },
  { key: "test/ema_test", colour: 4, isPoints: true },
];
const AXES = ["step", "epoch", "seconds"];

export class Curves {
  /** - runs: function that returns [{id, name, records, stepsPerEpoch, index}]; isComparison: one split, all runs. */
  constructor(context, { runs, isComparison = false, titles = () => ({}) }) {
    Object.assign(this, { context, runs, isComparison, titles, charts: new Map() });
    this.controls = h("div", { class: "row controls" });
    this.place = h("div", { class: "charts" });
    this.empty = h("p", { class: "quiet" }, context.text("noRecords"));
    this.element = h("div", {}, this.controls, this.empty, this.place);
    this.showControls();
    this.show();
  }

  leave() { for (const chart of this.charts.values()) chart.leave(); }

  update() { this.showControls(); this.show(); }

  // MARK: Settings

  get axis() { return AXES.find((axis) => axis === this.context.settings.get("x")) ?? (this.isComparison ? "epoch" : "step"); }
  get weight() { return Math.min(0.99, Math.max(0, Number(this.context.settings.get("smooth")) || 0)); }
  get range() {
    const [low, high] = ["from", "to"].map((name) => Number(this.context.settings.get(name) ?? NaN));
    return low < high ? [low, high] : null;
  }
  list(name) { return new Set((this.context.settings.get(name) ?? "").split(",").filter(Boolean)); }

  change(changes) {
    this.context.set(changes);
    this.show();
  }

  toggle(name, value, isIn) {
    const values = this.list(name);
    if (isIn) values.add(value); else values.delete(value);
    this.change({ [name]: [...values].join(",") || null });
  }

  showControls() {
    const { text } = this.context;
    const output = h("output", {}, this.weight.toFixed(2));
    const slider = h("input", {
      type: "range", min: "0", max: "0.99", step: "0.01", value: String(this.weight),
      oninput: () => {
        output.textContent = Number(slider.value).toFixed(2);
        this.change({ smooth: Number(slider.value) > 0 ? slider.value : null });
      },
    });
    const axes = select(AXES.map((value) => ({ value, label: text(`axis_${value}`) })), this.axis,
      (value) => this.change({ x: value, from: null, to: null }));
    put(this.controls,
      field(text("axis"), axes), field(text("smoothing"), h("span", { class: "slider" }, slider, output)),
      this.isComparison ? field(text("split"), this.splits = h("select", { onchange: () => this.change({ split: this.splits.value }) })) : null,
      h("p", { class: "quiet hint" }, text("chartHint")));
    this.splitKey = null;
  }

  // MARK: Series

  /** The names of all metrics, in the order of the charts. */
  get metrics() {
    const names = new Set(this.runs().flatMap(({ records }) => [...records.metrics.keys()]));
    const place = (name) => {
      const [first, last] = [FIRST.indexOf(name), LAST.indexOf(name)];
      return first >= 0 ? first : /_per_second$/.test(name) ? 1000 : last >= 0 ? 100 + last : 50;
    };
    return [...names].sort((one, other) => place(one) - place(other));
  }

  /** The split that is compared: the chosen one, else the validation set, or the training set if a run has no validation set. */
  split(metric) {
    const runs = this.runs().map(({ records }) => records.metrics.get(metric)).filter(Boolean);
    const names = [this.context.settings.get("split"), "epoch/validation", "epoch/train", "step/train"];
    const isIn = (key) => (all) => all.has(key);
    if (runs.some(isIn(names[0]))) return names[0];
    return names.find((key) => runs.length > 0 && runs.every(isIn(key))) ?? names.find((key) => runs.some(isIn(key))) ?? null;
  }

  showSplits() {
    const keys = new Set(this.runs().flatMap(({ records }) => [...records.metrics.values()].flatMap((all) => [...all.keys()])));
    const shown = SPLITS.filter(({ key, isPoints }) => keys.has(key) && !isPoints).map(({ key }) => key);
    if (shown.join() === this.splitKey) return;
    this.splitKey = shown.join();
    put(this.splits, ...shown.map((key) => h("option", { value: key }, this.splitName(key))));
    this.splits.value = this.split("loss") ?? shown[0] ?? "";
  }

  splitName(key) { return this.context.text(`series_${key.replace("/", "_")}`); }

  series(metric) {
    const found = [];
    for (const run of this.runs()) {
      const all = run.records.metrics.get(metric);
      if (!all) continue;
      if (this.isComparison) {
        const series = all.get(this.split(metric));
        if (series) found.push(...this.lines(run, series, { key: run.id, name: run.name, colour: run.index, dash: run.index + Math.floor(run.index / 8) }));
        continue;
      }
      for (const style of SPLITS) {
        const series = all.get(style.key);
        if (series) found.push(...this.lines(run, series, { ...style, name: this.splitName(style.key) }));
      }
    }
    return found;
  }

  /** The line of a series; with smoothing, the exact one behind the smooth one. */
  lines(run, series, style) {
    const x = run.records.places(series, this.axis, run.stepsPerEpoch);
    const exact = { ...style, x, y: series.values, text: (index) => series.text(index) };
    if (this.weight === 0 || style.isPoints || series.length < 3) return [exact];
    const y = smoothed(series.values, this.weight);
    const note = (index) => this.context.text("smoothedValue", { value: Number(y[index].toPrecision(6)) });
    return [{ ...exact, isFaint: true, dash: 0 }, { ...exact, y, note }];
  }

  // MARK: Charts

  title(metric) {
    const known = this.titles()[metric];
    if (known) return known;
    const rate = /^(.*)_per_second$/.exec(metric);
    if (rate) return this.context.text("ratePerSecond", { samples: this.context.text(`samples_${rate[1]}`, {}, rate[1]) });
    return this.context.text(`metric_${metric}`, {}, metric.replaceAll("_", " "));
  }

  show() {
    const metrics = this.metrics;
    this.empty.hidden = metrics.length > 0;
    if (this.isComparison) this.showSplits();
    for (const [name, chart] of this.charts) {
      if (metrics.includes(name)) continue;
      chart.leave();
      chart.element.remove();
      this.charts.delete(name);
    }
    const [hidden, logarithmic] = [this.list("hide"), this.list("log")];
    for (const name of metrics) {
      const chart = this.charts.get(name) ?? this.make(name);
      const isLog = logarithmic.has(name);
      chart.log.setAttribute("aria-pressed", String(isLog));
      chart.show({ series: this.series(name), hidden, range: this.range, isLog, xName: this.context.text(`axis_${this.axis}`) });
    }
    const elements = metrics.map((name) => this.charts.get(name).element);
    if (elements.some((element, index) => this.place.children[index] !== element)) put(this.place, ...elements);
  }

  make(name) {
    const { text } = this.context;
    const chart = new Chart({
      title: this.title(name), text,
      zoomed: (range) => this.change({ from: range ? String(range[0]) : null, to: range ? String(range[1]) : null }),
      toggled: (key, isHidden) => this.toggle("hide", key, isHidden),
    });
    chart.log = h("button", {
      type: "button", class: "small", "aria-pressed": "false", onclick: () => this.toggle("log", name, !this.list("log").has(name)),
    }, text("logarithmic"));
    chart.element.dataset.metric = name;
    chart.element.querySelector("figcaption").append(chart.log);
    this.charts.set(name, chart);
    return chart;
  }
}
