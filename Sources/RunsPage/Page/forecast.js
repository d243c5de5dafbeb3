// The forecasts of a run of prices: actual values and each model's forecasts, with the scores. Settings of the address: from,
// to (zoom, indexes of rows), hide (series that are switched off).

import { Chart } from "./chart.js";
import { h, table } from "./dom.js";
import { short } from "./numbers.js";

export class Forecast {
  constructor(context) {
    this.context = context;
    this.place = h("div", { class: "charts wide" }, h("p", { class: "quiet" }, context.text("loading")));
    this.scores = h("div", {});
    this.element = h("div", { class: "stack" }, h("section", { class: "panel" }, h("h2", {}, context.text("tab_forecast")), this.place), this.scores);
    this.load();
  }

  leave() { this.chart?.leave(); }
  update() { this.show(); }
  changed(name) { if (name === "run") this.load(); }

  async load() {
    const { context } = this;
    try {
      this.data = await context.get("/api/forecast", { id: context.id });
      this.show();
    } catch (error) {
      if (error.name === "AbortError" || this.data) return;
      this.place.replaceChildren(context.error(error));
    }
  }

  get range() {
    const [low, high] = ["from", "to"].map((name) => Number(this.context.settings.get(name) ?? NaN));
    return low < high ? [low, high] : null;
  }

  change(changes) {
    this.context.set(changes);
    this.show();
  }

  date(index) {
    const { dates, future_dates: future = [] } = this.data;
    return index < dates.length ? dates[index] : future[index - dates.length] ?? "";
  }

  show() {
    const { context, data } = this;
    if (!data) return;
    const { text } = context;
    const hidden = new Set((context.settings.get("hide") ?? "").split(",").filter(Boolean));
    if (!this.chart) {
      this.chart = new Chart({
        title: text("forecastOf", { target: data.target }), text, xText: (value) => (Number.isInteger(value) ? this.date(value) : ""),
        zoomed: (range) => this.change({ from: range ? String(range[0]) : null, to: range ? String(range[1]) : null }),
        toggled: (key, isHidden) => {
          if (isHidden) hidden.add(key); else hidden.delete(key);
          this.change({ hide: [...hidden].join(",") || null });
        },
      });
      this.chart.element.dataset.metric = "forecast";
      this.place.replaceChildren(this.chart.element);
    }
    this.chart.options.toggled = (key, isHidden) => {
      if (isHidden) hidden.add(key); else hidden.delete(key);
      this.change({ hide: [...hidden].join(",") || null });
    };
    this.chart.show({ series: this.series(), hidden, range: this.range, isLog: false, xName: text("date") });
    this.showScores();
  }

  series() {
    const { data } = this;
    const { text } = this.context;
    const list = (key, name, values, start, style) => {
      const x = values.map((_, index) => index + start);
      const y = values.map((value) => (typeof value === "number" ? value : NaN));
      return { key, name, x, y, text: (index) => String(values[index] ?? "–"), ...style };
    };
    // Forecasts end with the actual values; those of the training rows may be missing.
    const begin = (values) => data.actual.length - values.length;
    return [
      list("actual", text("actual"), data.actual, 0, { colour: 6 }),
      ...(data.previous?.length ? [list("previous", text("previous"), data.previous, begin(data.previous), { colour: 5, dash: 2 })] : []),
      ...data.models.flatMap((model, index) => {
        const style = { colour: [0, 1, 2, 3, 4, 7][index % 6], dash: index % 3 === 0 ? 0 : index % 3 };
        const mean = list(`model-${model.name}`, model.title ?? model.name, model.mean, begin(model.mean), style);
        const future = model.future ?? [];
        return [{ ...mean, ...(model.low?.length === model.mean.length && model.high ? { low: model.low, high: model.high } : {}) },
          ...(future.length ? [list(`future-${model.name}`, text("futureOf", { name: model.title ?? model.name }), future, data.actual.length, { ...style, dash: 2 })] : [])];
      }),
    ];
  }

  showScores() {
    const { text } = this.context;
    const scores = this.data.scores ?? [];
    const key = JSON.stringify(scores);
    if (key === this.scoresKey) return;
    this.scoresKey = key;
    if (scores.length === 0) { this.scores.replaceChildren(); return; }
    const columns = ["model", "split", "days", "rmse", "mae", "mse", "direction"];
    const cell = (score, name) => {
      if (name === "split") return text(`split_${score.split}`, {}, score.split);
      return name === "days" ? String(score.days) : shown(score[name]);
    };
    const shown = (value) => (value && typeof value === "object" ? (Number.isFinite(value.mean) ? `${short(value.mean)}${Number.isFinite(value.deviation) ? ` ± ${short(value.deviation, 2)}` : ""}` : JSON.stringify(value))
      : typeof value === "number" ? short(value) : String(value ?? "–"));
    this.scores.replaceChildren(h("section", { class: "panel" }, h("h2", {}, text("scores")),
      table(columns.map((name) => text(`score_${name}`, {}, name.replaceAll("_", " "))), scores.map((score) => columns.map((name) => cell(score, name))), "numbers scores", text("scores"))));
  }
}
