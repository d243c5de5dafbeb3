// A sweep: its settings with mean and deviation over the seeds, and the paired test against the best one.

import { h, put, svg, table } from "./dom.js";
import { like, metricValue, short, spread } from "./numbers.js";

// The program sends the events of at most so many runs.
const MOST = 32;

/** The mean difference to the best setting, its standard error and the number of pairs. */
function gap(value) {
  if (!value) return "–";
  const mean = value.mean.toFixed(2);
  return `${mean} ± ${Number.isFinite(value.standard_error) ? like(mean, value.standard_error) : "–"} (${value.count})`;
}

export class Sweep {
  constructor(context) {
    Object.assign(this, { context });
    context.title(context.id ?? "");
    this.element = h("div", { class: "view sweep" }, h("p", { class: "quiet" }, context.text("loading")));
    this.load();
  }

  changed(name) { if (name === "runs") this.load(); }

  async load() {
    if (this.isLoading) return;
    this.isLoading = true;
    try {
      const sweep = await this.context.get("/api/sweep", { id: this.context.id });
      const key = JSON.stringify(sweep);
      if (key !== this.key) this.show(sweep);
      this.key = key;
    } catch (error) {
      if (error.name !== "AbortError" && (error.status !== 0 || !this.key)) {
        this.key = null;
        put(this.element, h("h1", {}, this.context.id ?? ""), this.context.error(error), h("p", {}, h("a", { href: "#runs" }, this.context.text("backToRuns"))));
      }
    } finally {
      this.isLoading = false;
    }
  }

  show(sweep) {
    const { context } = this;
    const { text } = context;
    const metric = "accuracy";
    context.title(`${sweep.name} · ${text("sweeps")}`);
    const accuracies = sweep.settings.flatMap((setting) => setting.runs.map((run) => run.accuracy)).filter(Number.isFinite);
    const range = accuracies.length ? [Math.min(...accuracies), Math.max(...accuracies)] : [0, 1];
    const settings = [...sweep.settings].sort((one, other) => (other.accuracy?.mean ?? -Infinity) - (one.accuracy?.mean ?? -Infinity));
    const rows = settings.map((setting) => [
      h("span", {}, setting.is_best ? h("span", { class: "chip tag" }, text("best")) : null, " ", setting.title),
      spread(setting.accuracy, metric), this.dots(setting, range), spread(setting.loss, "loss"),
      Number.isFinite(setting.standard_error) ? setting.standard_error.toFixed(2) : "–", gap(setting.gap),
      Number.isFinite(setting.p) ? short(setting.p, 2) : "–",
      String(setting.done) + (setting.diverged ? ` (${text("diverged", { count: setting.diverged })})` : "")]);
    const tests = settings.filter((setting) => Number.isFinite(setting.p)).length;
    const scale = { low: metricValue(metric, range[0]), high: metricValue(metric, range[1]) };
    put(this.element,
      h("header", { class: "panel" }, h("p", { class: "kind" }, text(`program_${sweep.program}`, {}, sweep.program)), h("h1", {}, sweep.name),
        h("p", {}, text("doneOf", { done: sweep.done, count: sweep.count }), " · ", text("seedsCount", { count: sweep.seeds.length })),
        sweep.done < sweep.count ? h("progress", { max: Math.max(1, sweep.count), value: sweep.done, "aria-label": text("progress") }) : null,
        sweep.test ? h("p", {}, text("sweepTest", { value: spread(sweep.test.accuracy, metric) })) : null),
      h("section", { class: "panel" }, h("h2", {}, text("settings")), h("p", { class: "quiet" }, text("sweepText"), accuracies.length ? ` ${text("sweepDots", scale)}` : "", tests ? ` ${text(sweep.until ? "sweepUntil" : "sweepTests", { count: tests })}` : ""),
        table([text("setting"), text("validationAccuracy"), text("seedsDots"), text("validationLoss"), text("standardError"), text("gap"), "p", text("runsDone")], rows, "numbers sweep-table", text("settings"))),
      h("section", { class: "panel" }, h("h2", {}, text("entries")), settings.map((setting) => h("details", {}, h("summary", {}, setting.title),
        h("ul", { class: "sweeps", role: "list" }, setting.runs.map((run) => h("li", {}, run.id ? h("a", { href: context.href("run", { id: run.id }) }, text("seed", { seed: run.seed })) : text("seed", { seed: run.seed }), " ",
          run.state ? h("span", { class: `badge badge-${run.state}` }, text(`state_${run.state}`, {}, run.state)) : null, " ", run.accuracy === null ? "" : metricValue(metric, run.accuracy)))),
        h("p", { class: "buttons" }, h("a", { class: "button", href: context.href("compare", { run: setting.runs.map((run) => run.id).filter(Boolean).slice(0, MOST) }) }, text("compare")))))));
  }

  /** The seeds of a setting as dots on the scale of all settings. A dot opens its run. */
  dots(setting, [low, high]) {
    const { text, href } = this.context;
    const [width, height] = [160, 24];
    const place = (value) => 8 + ((value - low) / (high - low || 1)) * (width - 16);
    const dots = setting.runs.filter((run) => Number.isFinite(run.accuracy)).map((run) => {
      const name = `${text("seed", { seed: run.seed })}: ${metricValue("accuracy", run.accuracy)}`;
      const circle = svg("circle", { cx: place(run.accuracy), cy: height / 2, r: 4.5 }, svg("title", {}, name));
      return run.id ? svg("a", { href: href("run", { id: run.id }), "aria-label": name }, circle) : circle;
    });
    const mean = setting.accuracy ? svg("line", { x1: place(setting.accuracy.mean), x2: place(setting.accuracy.mean), y1: 2, y2: height - 2 }) : null;
    return svg("svg", { class: "dots", viewBox: `0 0 ${width} ${height}`, width, height }, svg("line", { x1: 4, x2: width - 4, y1: height / 2, y2: height / 2, class: "base" }), mean, dots);
  }
}
