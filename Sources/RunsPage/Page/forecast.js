// The forecasts of a run of prices: actual values and each model's forecasts, with the scores. Settings of the address: from,
// to (zoom, indexes of rows), hide (series that are switched off).

import { Chart } from "./chart.js";
import { h, table } from "./dom.js";
import { spread } from "./numbers.js";

export class Forecast {
  constructor(context) {
    this.context = context;
    this.place = h("div", { class: "charts wide" }, h("p", { class: "quiet" }, context.text("loading")));
    this.words = h("p", { class: "quiet" });
    this.scores = h("div", { class: "stack" });
    this.element = h("div", { class: "stack" }, h("section", { class: "panel" }, h("h2", {}, context.text("tab_forecast")), this.words, this.place), this.scores);
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
      this.place.replaceChildren(error.status === 404 ? h("p", { class: "quiet" }, context.text("noForecast")) : context.error(error));
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
    const lines = data.train_count > 0 && data.train_count < data.actual.length ? [{ x: data.train_count - 0.5, name: text("testDays") }] : [];
    this.chart.show({ series: this.series(), hidden, range: this.range, isLog: false, xName: text("date"), lines });
    const seeds = Math.max(0, ...data.models.map((model) => model.seeds?.length ?? 0));
    this.words.textContent = [text("forecastText", { seeds, baseline: this.name(this.baseline) }), data.future_dates?.length ? text("forecastFuture") : ""].join(" ").trim();
    this.showScores();
  }

  /** The forecast that models are compared with: "last-value", or "no-change" for a target that is itself a change. */
  get baseline() {
    const models = new Set(this.data.models.map((model) => model.name));
    return (this.data.scores ?? []).find((score) => !models.has(score.model))?.model ?? "last-value";
  }

  /** The name of a model or of the baseline. */
  name(model) { return this.data.models.find((one) => one.name === model)?.title ?? this.context.text(`baseline_${model}`, {}, model); }

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
      ...(data.previous?.length ? [list("previous", this.name(this.baseline), data.previous, begin(data.previous), { colour: 7, dash: 2 })] : []),
      ...data.models.flatMap((model, index) => {
        const style = { colour: [0, 1, 2, 3, 4, 7][index % 6], dash: [0, 1, 3][index % 3] };
        const mean = list(`model-${model.name}`, model.title ?? model.name, model.mean, begin(model.mean), style);
        const future = model.future ?? [];
        const band = (values, low, high) => (low?.length === values.length && high?.length === values.length ? { low, high } : {});
        return [{ ...mean, ...band(model.mean, model.low, model.high) },
          ...(future.length ? [{
            ...list(`future-${model.name}`, text("futureOf", { name: model.title ?? model.name }), future, data.actual.length, { ...style, dash: 2 }),
            ...band(future, model.future_low, model.future_high),
          }] : [])];
      }),
    ];
  }

  showScores() {
    const { text, store, id } = this.context;
    const scores = this.data.scores ?? [];
    const hasLoss = (store.run(id)?.pictures ?? []).includes("loss.svg");
    const key = JSON.stringify([scores, hasLoss]);
    if (key === this.scoresKey) return;
    this.scoresKey = key;
    const columns = ["model", "split", "days", "rmse", "mae", "mse", "direction"];
    const cell = (score, name) => {
      if (name === "model") return this.name(score.model);
      if (name === "split") return text(`split_${score.split}`, {}, score.split);
      return name === "days" ? String(score.days) : spread(score[name]);
    };
    const source = `/api/picture?${new URLSearchParams({ id, name: "loss.svg" })}`;
    this.scores.replaceChildren(
      ...(scores.length ? [h("section", { class: "panel" }, h("h2", {}, text("scores")), h("p", { class: "quiet" }, text("scoresText")),
        table(columns.map((name) => text(`score_${name}`)), scores.map((score) => columns.map((name) => cell(score, name))), "numbers scores", text("scores")))] : []),
      ...(hasLoss ? [h("section", { class: "panel" }, h("h2", {}, text("trainingLoss")), h("img", { class: "picture", src: source, alt: text("trainingLossOf") }))] : []));
  }
}
