// A run: what it is and does, and its tabs. Settings of the address: id, tab, and those of the tab.

import { Curves } from "./curves.js";
import { ask } from "./dialog.js";
import { h, put } from "./dom.js";
import { titleOf } from "./metrics.js";
import { count, duration, metricValue, moment } from "./numbers.js";

// The tabs of a kind of run. A tab is loaded when it is opened.
const TABS = {
  forecast: async () => (await import("./forecast.js")).Forecast,
  curves: async () => RunCurves,
  results: async () => (await import("./results.js")).Results,
  weights: async () => (await import("./weights.js")).Weights,
  draw: async () => (await import("./draw.js")).Draw,
  time: async () => (await import("./time.js")).Time,
  details: async () => (await import("./details.js")).Details,
  log: async () => (await import("./details.js")).Log,
};
// Tabs that show weights.
const TABS_OF_CHECKPOINTS = new Set(["weights", "draw", "time"]);
const TABS_OF = {
  images: ["curves", "results", "time", "draw", "weights", "details", "log"],
  sequences: ["curves", "results", "weights", "details", "log"],
  text: ["curves", "weights", "details", "log"],
  // The networks of a forecast have their records and checkpoints each in a directory of its own.
  forecast: ["forecast", "details", "log"],
  library: ["curves", "details", "log"],
};

export class Run {
  constructor(context) {
    Object.assign(this, { context, store: context.store, tab: null });
    this.head = h("header", { class: "panel" });
    this.tabs = h("nav", { class: "tabs", "aria-label": context.text("parts") });
    this.place = h("div", { class: "tab" });
    this.element = h("div", { class: "view run" }, this.head, this.tabs, this.place);
    this.head.append(h("p", { class: "quiet" }, context.text("loading")));
    this.timer = setInterval(() => this.showTimes(), 1000);
    this.load();
  }

  leave() {
    clearInterval(this.timer);
    this.tab?.view?.leave?.();
  }

  get detail() { return this.store.run(this.context.id); }
  get run() { return this.store.runs.get(this.context.id) ?? this.detail?.run ?? null; }

  async load() {
    try {
      this.store.takeRun(await this.context.get("/api/run", { id: this.context.id }));
      this.wasThere = true;
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error.status !== 0 || !this.detail) this.showError(error);
      return;
    }
    this.show();
  }

  showError(error) {
    this.headKey = null;
    this.context.title(this.context.id ?? "");
    put(this.head, h("h1", {}, this.context.id ?? ""), this.context.error(error), h("p", {}, h("a", { href: "#runs" }, this.context.text("backToRuns"))));
  }

  update() {
    if (this.tab?.name === this.name) this.tab.view?.update?.();
    else this.showTab();
  }

  changed(name) {
    if (name === "runs" && this.wasThere && this.store.hasList && this.store.isComplete && !this.store.runs.has(this.context.id)) {
      this.wasThere = false;
      this.gone();
      return;
    }
    if (name === "runs" && !this.wasThere && this.store.runs.has(this.context.id)) { this.load(); return; }
    if (name === "runs" || name === "run") this.show();
    this.tab?.view?.changed?.(name);
  }

  /** The run was deleted or renamed by someone. What was drawn stays. */
  gone() {
    const { text } = this.context;
    this.headKey = null;
    this.head.prepend(h("p", { class: "problem", role: "alert" }, text("runGone"), " ", h("a", { href: "#runs" }, text("backToRuns"))));
  }

  // MARK: Head

  show() {
    if (!this.detail || !this.run) return;
    this.showHead();
    this.showTabs();
    if (!this.tab || (this.tab.isWaiting && !this.isWithoutCheckpoint(this.tab.name))) this.showTab();
  }

  showHead() {
    const { context, run, detail } = this;
    const { text } = context;
    const key = JSON.stringify([run, detail.can_stop, detail.can_resume, detail.scores, detail.has_report, detail.eta_seconds]);
    if (key === this.headKey) return;
    const focused = this.head.contains(document.activeElement) ? document.activeElement.dataset.part : null;
    this.headKey = key;
    this.received = Date.now();
    context.title(`${run.title || run.name} · ${text("runs")}`);
    this.times = h("p", { class: "quiet" });
    const total = run.wanted_epochs;
    const isRunning = run.state === "running";
    const figures = [
      [this.bestTitle(), run.best, metricValue(run.best_metric, run.best), this.bestNote()],
      ...this.scores(),
      [text("column_epochs"), run.epochs, total ? `${run.epochs} / ${total}` : String(run.epochs ?? "–")],
      [text("steps"), detail.steps, count(detail.steps)],
      [text("column_seconds"), run.seconds, duration(run.seconds, text)],
      [text("column_started"), run.started, moment(run.started, context.language)],
    ].filter(([, value]) => value !== null && value !== undefined);
    put(this.head,
      h("p", { class: "kind" }, text(run.kind === "text" ? "kind_text" : `program_${run.program}`, {}, run.program), " · ", h("code", {}, run.id)),
      h("h1", {}, run.title || run.name),
      h("p", { class: "state" }, h("span", { class: `badge badge-${run.state}` }, text(`state_${run.state}`, {}, run.state)),
        run.reason ? h("span", {}, context.both(run.reason)) : null,
        (run.tags ?? []).map((tag) => h("span", { class: "chip tag" }, tag)), run.note ? h("span", { class: "quiet" }, run.note) : null),
      (run.problems ?? []).length ? h("ul", { class: "problems problem" }, run.problems.map((one) => h("li", {}, context.both(one)))) : null,
      isRunning && total ? h("progress", { max: total, value: this.progress(), "aria-label": text("progress") }) : null, this.times,
      h("dl", { class: "figures" }, figures.map(([name, , value, note]) => h("div", {}, h("dt", {}, name), h("dd", {}, value, note ? h("small", { class: "quiet" }, " ", note) : null)))),
      h("div", { class: "buttons" },
        detail.can_stop ? this.button("stop", () => this.stop()) : null,
        detail.can_resume ? this.button("resume", () => this.resume()) : null,
        detail.has_report ? h("a", { class: "button", href: `/api/report?${new URLSearchParams({ id: run.id })}`, target: "_blank", rel: "noopener" }, text("report")) : null,
        h("a", { class: "button", href: context.href("compare", { run: run.id }) }, text("compareThis"))));
    if (focused) this.head.querySelector(`[data-part=${focused}]`)?.focus();
    this.showTimes();
  }

  bestTitle() {
    const metric = (this.detail.metrics ?? []).find((one) => one.name === this.run.best_metric);
    const title = metric && this.context.both(metric.title);
    return title ? `${this.context.text("column_best")} (${title})` : this.context.text("column_best");
  }

  /** The data of the best value; for several networks, that it is the best one's. */
  bestNote() {
    const { text } = this.context;
    const { run } = this;
    const split = run.best_of && text(run.best_of === "validation" ? "onValidation" : "onTrain");
    return run.kind === "forecast" ? [split, text("bestNetwork")].filter(Boolean).join(", ") : split;
  }

  button(name, action) { return h("button", { type: "button", "data-part": name, onclick: action }, this.context.text(name)); }

  /** The scores on the test set with their standard errors; without a test set, on the validation set. */
  scores() {
    const { context, detail } = this;
    const all = detail.scores ?? [];
    const { run } = this;
    if (all.length === 0 && Number.isFinite(run.test)) {
      const title = `${context.text(`score_${run.test_metric}`, {}, run.test_metric)} (${context.text("split_test")})`;
      return [[title, run.test, metricValue(run.test_metric, run.test), run.kind === "forecast" ? context.text("bestNetwork") : null]];
    }
    const tests = all.filter((score) => /test$/.test(score.split));
    return (tests.length ? tests : all.filter((score) => score.split === "validation")).map((score) => {
      const value = metricValue(score.metric, score.value);
      const error = Number.isFinite(score.error) ? ` ± ${score.error.toFixed(2)}` : "";
      return [`${context.both(score.title) || score.metric} (${context.text(`split_${score.split}`, {}, score.split)})`, score.value, value + error];
    });
  }

  progress() {
    const { detail, run } = this;
    return detail.steps_per_epoch ? Math.min(run.wanted_epochs, detail.steps / detail.steps_per_epoch) : run.epochs;
  }

  showTimes() {
    const { run, detail } = this;
    if (!this.times || !run || !detail) return;
    const { text } = this.context;
    const eta = detail.eta_seconds;
    this.times.hidden = run.state !== "running" || !Number.isFinite(eta);
    if (!this.times.hidden) this.times.textContent = text("eta", { time: duration(Math.max(0, eta - (Date.now() - this.received) / 1000), text) });
  }

  // MARK: Changes, each after a question

  stop() {
    const { context, run } = this;
    const { text } = context;
    ask(context, {
      title: text("stopTitle"), words: text("stopText", { name: run.title || run.name }), action: text("stop"), isDanger: true,
      run: async () => { await context.post("/api/stop", { id: run.id }); context.say(text("stopAsked")); },
    });
  }

  resume() {
    const { context, run, detail } = this;
    const { text } = context;
    const isDone = run.epochs >= (run.wanted_epochs ?? run.epochs);
    const epochs = h("input", { type: "number", min: String(Math.max(1, run.epochs ?? 1)), max: "1000000", step: "1", required: true, value: String(isDone ? run.epochs + 10 : run.wanted_epochs) });
    const command = h("pre", {});
    const showCommand = () => { command.textContent = `${detail.resume_command}${Number(epochs.value) === run.wanted_epochs ? "" : ` --epochs ${epochs.value} --allow-changes`}`; };
    epochs.addEventListener("input", showCommand);
    showCommand();
    ask(context, {
      title: text("resumeTitle"), words: text("resumeText", { name: run.title || run.name, epochs: run.epochs }), action: text("resume"),
      content: [h("label", { class: "field" }, h("span", {}, text("totalEpochs")), epochs), detail.resume_command ? [h("p", { class: "quiet" }, text("resumeCommand")), command] : null],
      run: async () => { await context.post("/api/resume", { id: run.id, epochs: Number(epochs.value) }); context.say(text("resumeAsked")); },
    });
  }

  // MARK: Tabs

  get names() { return TABS_OF[this.run?.kind] ?? TABS_OF.library; }
  get name() { return this.names.find((name) => name === this.context.settings.get("tab")) ?? this.names[0]; }

  showTabs() {
    const { text, href, id } = this.context;
    const key = JSON.stringify([this.names, this.name]);
    if (key === this.tabsKey) return;
    this.tabsKey = key;
    const focused = this.tabs.contains(document.activeElement) ? document.activeElement.dataset.tab : null;
    put(this.tabs, ...this.names.map((name) => h("a", {
      href: href("run", { id, tab: name }), "data-tab": name, "aria-current": name === this.name ? "page" : null,
    }, text(`tab_${name}`))));
    if (focused) this.tabs.querySelector(`[data-tab=${focused}]`)?.focus();
  }

  isWithoutCheckpoint(name) { return TABS_OF_CHECKPOINTS.has(name) && this.detail?.checkpoints?.length === 0; }

  async showTab() {
    this.tab?.view?.leave?.();
    const tab = { name: this.name, isWaiting: this.isWithoutCheckpoint(this.name) };
    this.tab = tab;
    this.showTabs();
    if (tab.isWaiting) {
      const { text } = this.context;
      put(this.place, h("section", { class: "panel" }, h("h2", {}, text(`tab_${tab.name}`)), h("p", { class: "quiet" }, text("noCheckpoint"))));
      return;
    }
    put(this.place, h("p", { class: "quiet" }, this.context.text("loading")));
    try {
      const View = await TABS[tab.name]();
      if (this.tab !== tab) return;
      tab.view = new View(this.context);
      put(this.place, tab.view.element);
    } catch (error) {
      if (this.tab !== tab) return;
      console.error(error);
      put(this.place, this.context.error(error));
    }
  }
}

/** The tab of curves: of the run as it trains. */
class RunCurves {
  constructor(context) {
    this.context = context;
    const { store, id } = context;
    this.curves = new Curves(context, {
      runs: () => [{ id, name: "", records: store.records(id), stepsPerEpoch: store.run(id)?.steps_per_epoch ?? null, index: 0 }],
      titles: () => Object.fromEntries((store.run(id)?.metrics ?? []).map((metric) => [metric.name, titleOf(context, metric)])),
    });
    this.element = h("section", { class: "panel" }, h("h2", {}, context.text("tab_curves")), this.curves.element,
      h("p", { class: "quiet below" }, h("a", { href: `/api/records?${new URLSearchParams({ id })}`, download: "metrics.jsonl" }, context.text("records"))));
  }

  leave() { this.curves.leave(); }
  update() { this.curves.update(); }
  changed(name) { if (name === "records" || name === "run") this.curves.show(); }
}
