// The time view: what the network does with one image after any step of the run, beside another run if one is chosen.
//
// Settings of the address: step; split (test, train) and image; with, the id of the other run; show (states, cells, or the name
// of a gate).

import { field, h, picture, select } from "./dom.js";
import { bars, directionName, drawMap, largest, normChart, normRange, useStyles } from "./time-pictures.js";

const PAUSE = 120;
const GATES = ["input", "forget", "output", "reset", "update", "candidate"];

export class Time {
  constructor(context) {
    Object.assign(this, { context, sides: [], cursor: null });
    useStyles();
    this.status = h("p", { class: "spoken", role: "status" });
    this.controls = h("section", { class: "panel time-controls" });
    this.place = h("div", { class: "time-sides" });
    this.element = h("div", { class: "stack time" }, this.controls, this.status, this.place);
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.redraw = () => this.draw();
    this.dark.addEventListener("change", this.redraw);
    this.build();
    this.update();
  }

  leave() {
    this.dark.removeEventListener("change", this.redraw);
    clearTimeout(this.pause);
    for (const side of this.sides) side.leave();
  }

  /** The address changed. */
  update() {
    this.showControls();
    this.load();
  }

  changed(name) {
    if (name === "runs") this.showOthers();
    if (name === "run") this.showControls();
    // Without a step in the address, the view follows the newest checkpoint.
    const isFollowing = !this.context.settings.has("step");
    if (name === "run" && (isFollowing || this.sides.some(({ failed }) => failed))) this.load();
  }

  // MARK: Settings

  get detail() { return this.context.store.run(this.context.id); }
  get stepsPerEpoch() { return this.detail?.steps_per_epoch ?? null; }
  get split() { return this.context.settings.get("split") === "train" ? "train" : "test"; }
  get image() { return whole(this.context.settings.get("image")) ?? 0; }
  get other() { return this.context.settings.get("with"); }
  get shown() { return this.context.settings.get("show") ?? "states"; }

  /** The steps that can be shown: up to the newest checkpoint. */
  get last() { return lastStep(this.detail); }
  get step() { return Math.min(this.last, whole(this.context.settings.get("step")) ?? this.last); }

  set(changes) {
    this.context.set(changes);
    this.showControls();
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.load(), PAUSE);
  }

  setStep(step) { this.set({ step: Math.max(0, Math.min(this.last, Math.round(step))) }); }

  // MARK: Controls

  build() {
    const { context } = this;
    const { text } = context;
    this.slider = h("input", {
      type: "range", min: "0", step: "1", list: "time-checkpoints", oninput: () => this.setStep(Number(this.slider.value)),
      onkeydown: (event) => this.key(event),
    });
    this.number = h("input", { type: "number", min: "0", step: "1", onchange: () => this.setStep(Number(this.number.value) || 0) });
    this.marks = h("datalist", { id: "time-checkpoints" });
    this.where = h("p", { class: "quiet" });
    this.splitChoice = select(["test", "train"].map((value) => ({ value, label: text(`time_${value}`) })), this.split, (value) => this.set({ split: value, image: 0 }));
    this.imageNumber = h("input", { type: "number", min: "0", step: "1", onchange: () => this.set({ image: whole(this.imageNumber.value) ?? 0 }) });
    this.mistakes = select([], "", (value) => { if (value !== "") this.set({ split: "test", image: value }); });
    this.others = select([], "", (value) => this.set({ with: value || null }));
    this.showChoice = select([], "", (value) => { this.context.set({ show: value === "states" ? null : value }); this.draw(); });
    const button = (key, action) => h("button", { type: "button", onclick: action }, text(key));
    this.controls.append(
      h("h2", {}, text("timeTitle")), h("p", { class: "quiet" }, text("timeText")),
      field(text("timeStep"), this.slider, "time-slider"), this.marks,
      h("div", { class: "row" }, field(text("timeStepNumber"), this.number),
        h("div", { class: "buttons" }, button("timeEarlier", () => this.toCheckpoint(-1)), button("timeLater", () => this.toCheckpoint(1)))),
      this.where,
      h("div", { class: "row" },
        field(text("timeSet"), this.splitChoice), field(text("timeImage"), this.imageNumber),
        h("div", { class: "buttons" }, button("timeRandom", () => this.random())),
        this.mistakesField = field(text("timeMistake"), this.mistakes)),
      h("div", { class: "row" }, field(text("timeOther"), this.others), field(text("timeShow"), this.showChoice)));
  }

  showControls() {
    const { detail, step, last, stepsPerEpoch, context } = this;
    const { text } = context;
    for (const input of [this.slider, this.number]) {
      input.max = String(last);
      input.value = String(step);
      input.disabled = detail === null;
    }
    const spoken = this.describe(step);
    this.slider.setAttribute("aria-valuetext", spoken);
    this.where.textContent = `${spoken} ${stepsPerEpoch ? text("timeKeys") : ""}`;
    const checkpoints = (detail?.checkpoints ?? []).map((one) => one.step);
    this.fill(this.marks, checkpoints, () => checkpoints.map((one) => h("option", { value: String(one) })));
    this.splitChoice.value = this.split;
    this.imageNumber.value = String(this.image);
    const mistakes = detail?.evaluation?.mistakes ?? [];
    const names = detail?.evaluation?.class_names ?? [];
    this.mistakesField.hidden = mistakes.length === 0;
    this.fill(this.mistakes, mistakes, () => [h("option", { value: "" }, text("timeChoose")), ...mistakes.map((one) => h("option", { value: String(one.index) },
      text("timeMistakeOption", { index: one.index, label: names[one.label] ?? one.label, predicted: names[one.predicted] ?? one.predicted })))]);
    this.mistakes.value = this.split === "test" && mistakes.some(({ index }) => index === this.image) ? String(this.image) : "";
    this.showOthers();
    this.showPictureChoice();
  }

  /** Replaces the options of a list if they changed, so that an open list stays open. */
  fill(list, content, make) {
    const key = JSON.stringify(content);
    if (list.dataset.key === key) return;
    list.dataset.key = key;
    const { value } = list;
    list.replaceChildren(...make());
    if (value !== undefined) list.value = value;
  }

  showOthers() {
    const { context } = this;
    const runs = [...context.store.runs.values()].filter((run) => run.kind === "images" && run.id !== context.id && !run.is_hidden)
      .sort((one, other) => (one.id < other.id ? 1 : -1)).map(({ id, title, name }) => ({ id, title: title || name }));
    if (this.other && !runs.some(({ id }) => id === this.other)) runs.unshift({ id: this.other, title: this.other });
    this.fill(this.others, runs, () => [h("option", { value: "" }, context.text("timeNone")), ...runs.map(({ id, title }) => h("option", { value: id }, `${title} (${id})`))]);
    this.others.value = this.other ?? "";
  }

  /** The gates and cell states that the shown runs have. */
  showPictureChoice() {
    const directions = this.sides.flatMap(({ answer }) => answer?.layers.flatMap((layer) => layer.directions) ?? []);
    const names = ["states", ...(directions.some(({ cells }) => cells) ? ["cells"] : []),
      ...GATES.filter((name) => directions.some(({ gates }) => gates[name]))];
    if (!names.includes(this.shown)) names.push(this.shown);
    this.fill(this.showChoice, names, () => names.map((value) => h("option", { value }, this.context.text(`timeShow_${value}`, {}, value))));
    this.showChoice.value = this.shown;
  }

  describe(step) {
    const { context, last, stepsPerEpoch } = this;
    const number = (value) => value.toLocaleString("en-US");
    if (!stepsPerEpoch) return context.text("timeAt", { step: number(step), last: number(last) });
    return context.text("timeAtEpoch", {
      step: number(step), last: number(last), epoch: (step / stepsPerEpoch).toFixed(2), epochs: (last / stepsPerEpoch).toFixed(0),
    });
  }

  /** Page keys move by an epoch. Arrows, Home and End are the slider's own. */
  key(event) {
    const size = this.stepsPerEpoch ?? Math.max(1, Math.round(this.last / 10));
    const move = { PageUp: size, PageDown: -size }[event.key];
    if (!move) return;
    event.preventDefault();
    this.setStep(this.step + move);
  }

  toCheckpoint(direction) {
    const steps = (this.detail?.checkpoints ?? []).map(({ step }) => step).filter((step) => (step - this.step) * direction > 0);
    const target = direction > 0 ? Math.min(...steps) : Math.max(...steps);
    this.setStep(steps.length > 0 ? target : direction > 0 ? this.last : 0);
  }

  random() {
    const count = this.sides.find(({ answer }) => answer)?.answer.image.count ?? 1000;
    this.set({ image: Math.floor(Math.random() * count) });
  }

  // MARK: Answers

  load() {
    const ids = [this.context.id, this.other].filter(Boolean);
    if (JSON.stringify(ids) !== JSON.stringify(this.sides.map(({ id }) => id))) {
      for (const side of this.sides) if (!ids.includes(side.id)) side.leave();
      this.sides = ids.map((id) => this.sides.find((side) => side.id === id) ?? new Side(this, id));
      this.place.replaceChildren(...this.sides.map(({ element }) => element));
      this.place.classList.toggle("two", ids.length > 1);
    }
    const question = { step: this.step, image: this.image, split: this.split };
    for (const side of this.sides) side.ask(question);
  }

  /** A side has its answer: the scales are common to both. */
  answered() {
    this.showPictureChoice();
    this.draw();
    if (this.sides.every(({ answer, isBusy }) => answer && !isBusy)) {
      this.status.textContent = this.sides.map((side) => side.summary()).join(" ");
    }
  }

  draw() {
    const answers = this.sides.map(({ answer }) => answer).filter(Boolean);
    if (answers.length === 0) return;
    const range = normRange(answers);
    const most = Math.max(1e-6, ...answers.map((answer) => largest(answer.layers.flatMap(({ directions }) => directions.map((one) => rowsOf(one, this.shown) ?? [])))));
    const isState = this.shown === "states" || this.shown === "cells";
    for (const side of this.sides) if (side.answer) side.draw(range, isState ? Math.max(0.5, most) : 1);
  }

  setCursor(row) {
    if (row === this.cursor) return;
    this.cursor = row;
    for (const side of this.sides) side.showCursor();
  }
}

/** One run in the view. */
class Side {
  constructor(view, id) {
    Object.assign(this, { view, id, answer: null, failed: false, isBusy: false, cancel: null });
    const { text } = view.context;
    this.progress = h("progress", { max: "1", value: "0", hidden: true, "aria-label": text("timeComputing") });
    this.note = h("p", { class: "quiet" }, text("loading"));
    this.content = h("div", { class: "time-content" });
    this.element = h("section", { class: "panel time-side" }, h("h3", {}, this.title), this.note, this.progress, this.content);
  }

  get title() { return this.view.context.store.runs.get(this.id)?.title || this.id; }

  leave() { this.cancel?.abort(); }

  /** Asks until the step is computed. A new question replaces the one before. */
  async ask(question) {
    const key = JSON.stringify(question);
    if (key === this.key && (this.isBusy || !this.failed)) return;
    this.key = key;
    this.cancel?.abort();
    const cancel = new AbortController();
    Object.assign(this, { cancel, isBusy: true, failed: false });
    const { context } = this.view;
    try {
      const step = await this.possible(question.step, cancel);
      let answer;
      for (;;) {
        answer = await context.get("/api/at", { id: this.id, ...question, step }, { signal: cancel.signal });
        if (!answer.isPartial) break;
        this.showProgress(step, answer.progress);
        await new Promise((done) => { setTimeout(done, 100); });
        if (cancel.signal.aborted) return;
      }
      Object.assign(this, { answer, isBusy: false });
      this.progress.hidden = true;
      this.element.classList.remove("old");
      this.note.textContent = this.origin(answer);
      this.view.answered();
    } catch (error) {
      if (cancel.signal.aborted || error.name === "AbortError") return;
      Object.assign(this, { answer: null, isBusy: false, failed: true });
      this.progress.hidden = true;
      this.note.textContent = "";
      this.content.replaceChildren(context.error(error));
    }
  }

  /** The other run may be shorter: then its last step is shown. */
  async possible(step, cancel) {
    if (this.id === this.view.context.id) return step;
    this.detail = this.view.context.store.run(this.id)
      ?? await this.view.context.get("/api/run", { id: this.id }, { signal: cancel.signal });
    return Math.min(step, lastStep(this.detail));
  }

  showProgress(step, share) {
    this.progress.hidden = false;
    this.progress.value = share;
    this.element.classList.add("old");
    this.note.textContent = this.view.context.text("timeProgress", { step: step.toLocaleString("en-US"), share: Math.floor(100 * share) });
  }

  origin(answer) {
    const { text } = this.view.context;
    const values = { step: answer.step.toLocaleString("en-US"), from: answer.from_step.toLocaleString("en-US"), count: answer.computed_steps.toLocaleString("en-US") };
    if (answer.computed_steps > 0) return text(answer.from_step > 0 ? "timeFrom" : "timeFromStart", values);
    return text(answer.step === 0 ? "timeInitial" : "timeCheckpoint", values);
  }

  summary() {
    const { answer } = this;
    const names = answer.class_names;
    return this.view.context.text("timeSpoken", {
      name: this.title, step: answer.step, predicted: names[answer.predicted], label: names[answer.image.label],
      share: (100 * answer.probabilities[answer.predicted]).toFixed(1),
    });
  }

  draw(range, most) {
    const { answer, view } = this;
    const { context } = view;
    const { text } = context;
    const names = answer.class_names;
    const values = { index: answer.image.index, label: names[answer.image.label], predicted: names[answer.predicted], loss: answer.loss.toPrecision(4) };
    const isRight = answer.predicted === answer.image.label;
    this.lines = [];
    const image = picture(answer.image, text("timeImageLabel", values));
    this.content.replaceChildren(
      h("div", { class: "time-answer" }, h("figure", {}, this.map(image, answer.image.rows), h("figcaption", {}, text("timeImageCaption", values))),
        h("div", {}, h("p", { class: isRight ? "time-right" : "time-wrong" }, text(isRight ? "timeRight" : "timeWrong", values)), bars(context, answer))),
      h("h4", {}, text(`timeShow_${view.shown}`, {}, view.shown)),
      h("p", { class: "quiet" }, text("timeLegend")),
      h("div", { class: "time-maps" }, answer.layers.flatMap(({ directions }, layer) => directions.map((one, direction) => this.figure(one, layer, direction, directions.length, most)))),
      h("h4", {}, text("timeNorms")), h("p", { class: "quiet" }, text("timeNormsText")),
      this.norms = h("div", {}, normChart(context, answer, range, null)));
    this.range = range;
  }

  figure(one, layer, direction, count, most) {
    const { context, shown } = this.view;
    const rows = rowsOf(one, shown);
    const name = directionName(context, layer, direction, count);
    if (!rows) return h("figure", {}, h("p", { class: "quiet" }, context.text("timeNoGate")), h("figcaption", {}, name));
    const canvas = h("canvas", { class: "pixels", role: "img", "aria-label": context.text("timeMap", { name, rows: rows.length, units: rows[0].length, what: context.text(`timeShow_${shown}`, {}, shown) }) });
    drawMap(canvas, rows, most);
    canvas.style.aspectRatio = `${Math.min(2, Math.max(0.4, rows[0].length / rows.length))}`;
    return h("figure", {}, this.map(canvas, rows.length, (row, share) => {
      const unit = Math.min(rows[0].length - 1, Math.floor(share * rows[0].length));
      return context.text("timeValue", { row, unit, value: rows[row][unit].toFixed(5) });
    }), h("figcaption", {}, name));
  }

  /** A picture whose row under the pointer is marked in all pictures. `describe` tells the value there. */
  map(canvas, count, describe = null) {
    const line = h("span", { class: "time-row", hidden: true });
    const box = h("div", {
      class: "time-map",
      onpointermove: (event) => {
        const area = canvas.getBoundingClientRect();
        const row = Math.min(count - 1, Math.max(0, Math.floor(((event.clientY - area.top) / area.height) * count)));
        this.view.setCursor(row);
        if (describe) box.title = describe(row, Math.min(0.999, Math.max(0, (event.clientX - area.left) / area.width)));
      },
      onpointerleave: () => this.view.setCursor(null),
    }, canvas, line);
    this.lines.push({ line, count });
    return box;
  }

  showCursor() {
    const { cursor, context } = this.view;
    for (const { line, count } of this.lines ?? []) {
      line.hidden = cursor === null;
      line.style.top = `${(100 * (cursor ?? 0)) / count}%`;
      line.style.height = `${100 / count}%`;
    }
    const isOpen = this.norms?.querySelector("details")?.open ?? false;
    if (!this.answer || !this.norms) return;
    this.norms.replaceChildren(normChart(context, this.answer, this.range, cursor));
    this.norms.querySelector("details").open = isOpen;
  }
}

/** The numbers of a direction that are shown, [row][unit]; null if its cell has none. */
function rowsOf(direction, shown) {
  return shown === "states" ? direction.states : shown === "cells" ? direction.cells ?? null : direction.gates[shown] ?? null;
}

/** The step of the newest checkpoint. */
function lastStep(detail) { return Math.max(0, ...(detail?.checkpoints ?? []).map(({ step }) => step)); }

/** A whole number of 0 or more; null for another text. */
function whole(text) { return /^\d{1,12}$/.test(text ?? "") ? Number(text) : null; }
