// The results of a run's evaluation: the confusion matrix, the classes and the mistakes. Settings of the address: label and
// predicted, the cell of the matrix whose images are shown.

import { h, picture, put, svg, table } from "./dom.js";
import { metricValue } from "./numbers.js";

const MOST_CLASSES = 40;

export class Results {
  constructor(context) {
    Object.assign(this, { context });
    this.element = h("div", { class: "stack" });
    this.images = h("div", { class: "cell-images" });
    this.show();
  }

  get detail() { return this.context.store.run(this.context.id); }

  changed(name) { if (name === "run") this.show(); }
  update() { this.showCell(); }

  show() {
    const evaluation = this.detail?.evaluation ?? null;
    const key = JSON.stringify(evaluation);
    if (key === this.key) return;
    this.key = key;
    const { text } = this.context;
    if (!evaluation) { put(this.element, h("section", { class: "panel" }, h("p", { class: "quiet" }, text("noEvaluation")))); return; }
    this.names = evaluation.class_names ?? evaluation.confusion.map((_, index) => String(index));
    put(this.element,
      this.scores(),
      h("section", { class: "panel" }, h("h2", {}, text("confusion")), this.matrix(evaluation), this.images),
      h("section", { class: "panel" }, h("h2", {}, text("classes")), this.classes(evaluation)),
      this.mistakes = h("section", { class: "panel" }, h("h2", {}, text("mistakes"))));
    this.showCell();
    this.showMistakes(evaluation);
  }

  /** All scores: a row for each split, a column for each metric. */
  scores() {
    const { context, detail } = this;
    const { text } = context;
    const scores = detail.scores ?? [];
    if (scores.length === 0) return null;
    const metrics = new Map(scores.map((score) => [score.metric, context.both(score.title) || score.metric]));
    const splits = [...new Set(scores.map((score) => score.split))];
    const cell = (split, metric) => {
      const score = scores.find((one) => one.split === split && one.metric === metric);
      if (!score) return "–";
      return metricValue(metric, score.value) + (Number.isFinite(score.error) ? ` ± ${score.error.toFixed(2)}` : "");
    };
    return h("section", { class: "panel" }, h("h2", {}, text("scores")), table([text("split"), ...metrics.values()],
      splits.map((split) => [text(`split_${split}`, {}, split), ...[...metrics.keys()].map((metric) => cell(split, metric))]), "numbers", text("scores")));
  }

  // MARK: Confusion matrix

  matrix({ confusion }) {
    const { text } = this.context;
    const isOfImages = this.detail.run.kind === "images";
    if (confusion.length > MOST_CLASSES) return this.confusions(confusion);
    const most = Math.max(1, ...confusion.flat());
    const cell = (count, label, predicted) => {
      const node = h("td", { class: `heat-${level(count, most)}${label === predicted ? " right" : ""}` });
      const name = text("cellOf", { label: this.names[label], predicted: this.names[predicted], count });
      node.append(count > 0 && isOfImages
        ? h("button", { type: "button", "aria-label": name, title: name, "data-cell": `${label}-${predicted}`, onclick: () => this.open(label, predicted) }, String(count))
        : String(count || ""));
      return node;
    };
    const words = h("p", { class: "quiet" }, text(isOfImages ? "confusionTextImages" : "confusionText"));
    return [words, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": text("confusion") },
      h("table", { class: "confusion" }, h("caption", { class: "spoken" }, text("confusion")),
        h("thead", {}, h("tr", {}, h("td", {}), this.names.map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, confusion.map((row, label) => h("tr", {}, h("th", { scope: "row" }, this.names[label]), row.map((count, predicted) => cell(count, label, predicted)))))))];
  }

  /** With very many classes, the most frequent confusions. */
  confusions(confusion) {
    const { text } = this.context;
    const found = confusion.flatMap((row, label) => row.map((count, predicted) => ({ count, label, predicted })))
      .filter(({ count, label, predicted }) => count > 0 && label !== predicted).sort((one, other) => other.count - one.count).slice(0, 50);
    const isOfImages = this.detail.run.kind === "images";
    return table([text("trueClass"), text("predicted"), text("count")], found.map(({ count, label, predicted }) => [
      this.names[label], this.names[predicted],
      isOfImages ? h("button", { type: "button", class: "small", onclick: () => this.open(label, predicted) }, String(count)) : String(count)]), "numbers", text("confusion"));
  }

  open(label, predicted) {
    this.context.set({ label, predicted }, { push: true });
    this.showCell();
    this.images.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  async showCell() {
    const { context } = this;
    const [label, predicted] = ["label", "predicted"].map((name) => context.settings.get(name));
    for (const button of this.element.querySelectorAll("[data-cell]")) button.setAttribute("aria-pressed", String(button.dataset.cell === `${label}-${predicted}`));
    if (label === null || predicted === null) { put(this.images); return; }
    const names = { label: this.names?.[label] ?? label, predicted: this.names?.[predicted] ?? predicted };
    put(this.images, h("p", { class: "quiet", role: "status" }, context.text("loading")));
    try {
      const answer = await context.get("/api/confusion", { id: context.id, label, predicted });
      if (context.settings.get("label") !== label || context.settings.get("predicted") !== predicted) return;
      put(this.images,
        h("h3", {}, context.text("cellTitle", { ...names, count: answer.count })),
        answer.images.length < answer.count ? h("p", { class: "quiet" }, context.text("firstImages", { count: answer.images.length })) : null,
        h("ul", { class: "images", role: "list" }, answer.images.map((image) => this.image({ label, predicted, ...image }))));
    } catch (error) {
      if (error.name !== "AbortError") put(this.images, context.error(error));
    }
  }

  image({ index, label, predicted, probability, ...image }) {
    const { text, href, id } = this.context;
    const names = { index, label: this.names[label] ?? label, predicted: this.names[predicted] ?? predicted };
    const time = href("run", { id, tab: "time", image: index, split: "test" });
    return h("li", {}, h("a", { href: time, title: text("openInTime") }, picture(image, text("imageOf", names))),
      h("strong", {}, label === predicted || String(label) === String(predicted) ? names.label : text("labelAs", names)),
      h("span", { class: "quiet" }, Number.isFinite(probability) ? `${(100 * probability).toFixed(1)}\u00a0%` : ""));
  }

  // MARK: Classes and mistakes

  classes({ classes = [] }) {
    const { text } = this.context;
    const share = (value) => (Number.isFinite(value) ? `${value.toFixed(2)}\u00a0%` : "–");
    return table([text("class"), text("count"), text("precision"), text("recall"), "F1"],
      classes.map((one) => [one.name, String(one.count), share(one.precision), share(one.recall), share(one.f1)]), "numbers classes", text("classes"));
  }

  async showMistakes(evaluation) {
    const { context } = this;
    const { text } = context;
    try {
      const answer = await context.get("/api/mistakes", { id: context.id });
      const items = answer.images?.map((image) => this.image(image)) ?? answer.sequences?.map((sequence) => this.sequence(sequence)) ?? [];
      const all = evaluation.confusion.reduce((sum, row, label) => sum + row.reduce((part, count, predicted) => part + (label === predicted ? 0 : count), 0), 0);
      put(this.mistakes, h("h2", {}, text("mistakes")),
        items.length ? h("p", { class: "quiet" }, [text("mistakesText"), answer.sequences && text("sequenceText"), items.length < all && text("mistakesShown", { count: items.length, all })].filter(Boolean).join(" ")) : null,
        items.length ? h("ul", { class: answer.images ? "images" : "sequences", role: "list" }, items)
          : h("p", { class: "quiet" }, text(evaluation.mistakes?.length ? "mistakesUnknown" : "noMistakes")));
    } catch (error) {
      if (error.name !== "AbortError") this.mistakes.append(context.error(error));
    }
  }

  /** A sequence as lines, one for each channel, on one scale. */
  sequence({ index, label, predicted, probability, channels }) {
    const names = { index, label: this.names[label] ?? label, predicted: this.names[predicted] ?? predicted };
    const [width, height] = [220, 110];
    const finite = channels.flat().filter(Number.isFinite);
    const [low, high] = [Math.min(...finite), Math.max(...finite)];
    const line = (values, channel) => {
      const places = values.map((value, step) => [
        (step / Math.max(1, values.length - 1)) * (width - 4) + 2, height - 4 - ((value - low) / (high - low || 1)) * (height - 8)]);
      const points = places.filter((place) => place.every(Number.isFinite)).map((place) => place.map((part) => part.toFixed(1)).join(",")).join(" ");
      return svg("polyline", { points, class: `line-${channel % 8}` });
    };
    return h("li", {}, svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "sequence", role: "img", "aria-label": this.context.text("sequenceOf", names) }, channels.map(line)),
      h("strong", {}, this.context.text("labelAs", names)),
      h("span", { class: "quiet" }, Number.isFinite(probability) ? `${(100 * probability).toFixed(1)}\u00a0%` : ""));
  }
}

/** The colour of a count: 0 for none, then 1 to 8 by its logarithm, as in confusion.svg. */
function level(count, most) {
  if (!(count > 0)) return 0;
  return most > 1 ? 1 + Math.min(7, Math.floor((7.999 * Math.log(count)) / Math.log(most))) : 8;
}
