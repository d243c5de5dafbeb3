// Histograms of a run's weights at a checkpoint. Setting of the address: step.

import { field, h, select, svg } from "./dom.js";
import { short } from "./numbers.js";

export class Weights {
  constructor(context) {
    this.context = context;
    this.controls = h("div", { class: "row controls" });
    this.place = h("div", { class: "histograms" });
    this.element = h("section", { class: "panel" }, h("h2", {}, context.text("tab_weights")), h("p", { class: "quiet" }, context.text("weightsText")), this.controls, this.place);
    this.show();
  }

  update() { this.show(); }

  /** Without a chosen step, the newest checkpoint is shown. */
  changed(name) { if (name === "run") this.show(); }

  async show() {
    const { context } = this;
    const { text } = context;
    const checkpoints = context.store.run(context.id)?.checkpoints ?? [];
    const step = context.settings.get("step");
    const key = JSON.stringify([step, checkpoints]);
    if (key === this.key) return;
    this.key = key;
    const name = (checkpoint) => [text("stepNumber", { step: checkpoint.step }), checkpoint.is_best && text("bestCheckpoint"), checkpoint.is_last && text("lastCheckpoint")].filter(Boolean).join(", ");
    this.controls.replaceChildren(field(text("checkpoint"), select(
      [{ value: "", label: text("newest") }, ...checkpoints.map((checkpoint) => ({ value: String(checkpoint.step), label: name(checkpoint) }))],
      step ?? "", (value) => { context.set({ step: value || null }); this.show(); })));
    try {
      const answer = await context.get("/api/histograms", { id: context.id, step });
      if (this.key === key) this.place.replaceChildren(...answer.parameters.map((parameter) => this.histogram(parameter)));
    } catch (error) {
      if (error.name !== "AbortError" && this.key === key) this.place.replaceChildren(context.error(error));
    }
  }

  histogram({ name, shape, min, max, mean, deviation, counts, edges }) {
    const { text } = this.context;
    const [width, height] = [256, 96];
    const most = Math.max(1, ...counts);
    const bars = counts.map((count, index) => {
      const size = count > 0 ? Math.max(1, (count / most) * (height - 4)) : 0;
      return svg("rect", { x: (index * width) / counts.length, y: height - size, width: width / counts.length - 0.5, height: size, class: "bar" },
        svg("title", {}, text("histogramBar", { count, from: short(edges[0] + ((edges[1] - edges[0]) * index) / counts.length), to: short(edges[0] + ((edges[1] - edges[0]) * (index + 1)) / counts.length) })));
    });
    const zero = edges[0] < 0 && edges[1] > 0 ? (-edges[0] / (edges[1] - edges[0])) * width : null;
    const words = text("histogramText", { min: short(min), max: short(max), mean: short(mean), deviation: short(deviation) });
    return h("figure", {}, h("figcaption", {}, h("strong", {}, name), h("span", { class: "quiet" }, ` ${(shape ?? []).join(" × ")}`)),
      svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "histogram", role: "img", "aria-label": `${name}: ${words}` }, bars,
        zero === null ? null : svg("line", { x1: zero, x2: zero, y1: 0, y2: height, class: "zero" })),
      h("p", { class: "edges quiet" }, h("span", {}, short(edges[0], 3)), h("span", {}, short(edges[1], 3))),
      h("p", { class: "quiet" }, words));
  }
}
