// Any runs on one plot for each metric, and what differs in their options. Settings of the address: run (once for each run),
// those of the curves.

import { DASHES } from "./chart-drawing.js";
import { Curves } from "./curves.js";
import { h, put, svg, table } from "./dom.js";
import { duration, metricValue } from "./numbers.js";
import { titleOf } from "./metrics.js";
import { differingOptions, optionName } from "./runs.js";

export class Compare {
  constructor(context) {
    Object.assign(this, { context, store: context.store });
    const { text } = context;
    context.title(text("compare"));
    this.picker = h("div", { class: "row controls" });
    this.table = h("div", {});
    this.curves = new Curves(context, { runs: () => this.runs(), isComparison: true, titles: () => this.titles() });
    this.element = h("div", { class: "view compare" }, h("h1", {}, text("compare")),
      h("section", { class: "panel" }, h("h2", {}, text("runs")), this.picker, this.table),
      h("section", { class: "panel" }, h("h2", {}, text("tab_curves")), this.curves.element));
    context.watch(this.ids);
    this.load();
    this.show();
  }

  leave() { this.curves.leave(); }

  update() {
    this.context.watch(this.ids);
    this.load();
    this.show();
    this.curves.update();
  }

  changed(name) {
    if (name === "runs" || name === "run") this.show();
    if (name === "records" || name === "run") this.curves.show();
  }

  get ids() { return [...new Set(this.context.settings.getAll("run"))]; }

  async load() {
    this.problems ??= new Map();
    await Promise.all(this.ids.filter((id) => !this.store.run(id)).map(async (id) => {
      try {
        this.store.takeRun(await this.context.get("/api/run", { id }));
        this.problems.delete(id);
      } catch (error) {
        if (error.name !== "AbortError") this.problems.set(id, error.message);
      }
    }));
    this.tableKey = null;
    this.show();
  }

  /** The colour and dashes of a run are those of its place in the address. */
  runs() {
    return this.ids.map((id, index) => ({
      id, index, name: this.name(id), records: this.store.records(id), stepsPerEpoch: this.store.run(id)?.steps_per_epoch ?? null,
    }));
  }

  /** The titles of the runs; runs of the same title have their whole names. */
  name(id) {
    const title = (one) => this.store.runs.get(one)?.title || one;
    return this.ids.some((other) => other !== id && title(other) === title(id)) ? this.store.runs.get(id)?.name ?? id : title(id);
  }

  titles() {
    const metrics = this.ids.flatMap((id) => this.store.run(id)?.metrics ?? []);
    return Object.fromEntries(metrics.map((metric) => [metric.name, titleOf(this.context, metric)]));
  }

  set(ids) {
    this.context.set({ run: ids }, { push: true });
    this.update();
  }

  // MARK: What differs

  show() {
    const { context, store, ids } = this;
    const { text, href } = context;
    const runs = ids.map((id) => store.runs.get(id)).filter(Boolean);
    const others = [...store.runs.values()].filter((run) => !ids.includes(run.id) && !run.is_hidden).sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, 200);
    const key = JSON.stringify([ids, runs, others.map((run) => run.id), [...this.problems ?? []]]);
    if (key === this.tableKey) return;
    this.tableKey = key;
    const list = h("datalist", { id: "other-runs" }, others.map((run) => h("option", { value: run.id }, run.title || run.name)));
    const input = h("input", { type: "text", list: "other-runs", placeholder: text("addRunHint"), autocomplete: "off", spellcheck: "false" });
    const typed = this.picker.querySelector("input");
    if (!typed || document.activeElement !== typed) {
      put(this.picker, h("form", {
        class: "row", onsubmit: (event) => { event.preventDefault(); if (store.runs.has(input.value)) this.set([...ids, input.value]); else context.say(text("noSuchRun")); },
      }, h("label", { class: "field wide" }, h("span", {}, text("addRun")), input), list, h("button", {}, text("add"))));
    }
    const options = differingOptions(runs);
    const rows = ids.map((id, index) => {
      const run = store.runs.get(id);
      const remove = h("button", { type: "button", class: "icon", "aria-label": text("removeRun", { name: run?.name ?? id }), title: text("remove"), onclick: () => this.set(ids.filter((one) => one !== id)) }, "×");
      const name = h("span", { class: "run-name" }, line(index), h("a", { href: href("run", { id }), title: run?.name ?? id }, this.name(id)));
      if (!run) {
        const problem = this.problems?.get(id) ?? (store.isComplete ? text("noSuchRun") : text("loading"));
        return [name, h("span", { class: "problem" }, problem), "–", "–", "–", "–", ...options.map(() => ""), remove];
      }
      return [name, h("span", { class: `badge badge-${run.state}` }, text(`state_${run.state}`, {}, run.state)), metricValue(run.best_metric, run.best),
        metricValue(run.test_metric, run.test) + (Number.isFinite(run.test_error) ? ` ± ${run.test_error.toFixed(2)}` : ""), String(run.epochs ?? "–"), duration(run.seconds, text),
        ...options.map((option) => (Object.hasOwn(run.options ?? {}, option) ? String(run.options[option]) : h("span", { class: "quiet" }, text("default")))), remove];
    });
    put(this.table, ids.length === 0 ? h("p", { class: "empty" }, text("noneSelected"), " ", h("a", { href: "#runs" }, text("backToRuns")))
      : table([text("column_name"), text("column_state"), text("column_best"), text("column_test"), text("column_epochs"), text("column_seconds"), ...options.map(optionName), h("span", { class: "spoken" }, text("remove"))], rows, "", text("differences")));
  }
}

/** A piece of a run's line. */
function line(index) {
  return svg("svg", { class: `swatch line-${index % 8}`, viewBox: "0 0 22 12", width: 22, height: 12, "aria-hidden": "true" },
    svg("line", { x1: 1, y1: 6, x2: 21, y2: 6, "stroke-dasharray": DASHES[(index + Math.floor(index / 8)) % DASHES.length].join(" ") }));
}
