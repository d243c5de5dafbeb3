// The rows of the list. Only the rows on the screen exist, so that thousands of runs scroll smoothly.

import { h, put } from "./dom.js";
import { duration, metricValue, moment } from "./numbers.js";
import { optionName } from "./runs.js";

const SPARE = 8;

export class Rows {
  /** - actions: toggle(id, isSelected, isRange), mark(id, changes), isSelected(id) */
  constructor(context, actions) {
    Object.assign(this, { context, actions, runs: [], options: [], rows: new Map(), editing: null });
    this.element = h("div", { role: "rowgroup", class: "rows" });
    this.place = () => this.render();
    addEventListener("scroll", this.place, { passive: true });
    addEventListener("resize", this.place);
    // A view has no size before it is in the page.
    this.observer = new ResizeObserver(this.place);
    this.observer.observe(this.element);
  }

  leave() {
    removeEventListener("scroll", this.place);
    removeEventListener("resize", this.place);
    this.observer.disconnect();
  }

  show(runs, options) {
    Object.assign(this, { runs, options });
    this.render();
  }

  render() {
    const height = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row-height")) || 56;
    this.element.style.height = `${height * this.runs.length}px`;
    const top = this.element.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(-top / height) - SPARE);
    const last = Math.min(this.runs.length, Math.ceil((innerHeight - top) / height) + SPARE);
    const wanted = new Map();
    for (let index = first; index < last; index++) wanted.set(this.runs[index].id, index);
    // The row with the focus stays, wherever it is, so that the focus is not lost.
    const focused = document.activeElement?.closest(".run-row")?.dataset.id;
    for (const id of [focused, this.editing]) {
      const index = id && !wanted.has(id) ? this.runs.findIndex((run) => run.id === id) : -1;
      if (index >= 0) wanted.set(id, index);
    }
    for (const [id, row] of this.rows) {
      if (wanted.has(id)) continue;
      row.element.remove();
      this.rows.delete(id);
    }
    for (const [id, index] of wanted) this.renderRow(id, this.runs[index], index, height);
    this.sort(wanted);
  }

  renderRow(id, run, index, height) {
    const isSelected = this.actions.isSelected(id);
    const state = JSON.stringify([isSelected, this.editing === id, this.options]);
    let row = this.rows.get(id);
    if (!row) {
      row = { element: h("div", { role: "row", class: "run-row", "data-id": id }) };
      this.rows.set(id, row);
      this.element.append(row.element);
    }
    if (row.run !== run || row.state !== state) {
      const isTyping = this.editing === id && row.state === state;
      if (!isTyping) this.fill(row.element, run, isSelected);
      Object.assign(row, { run, state });
    }
    row.index = index;
    row.element.setAttribute("aria-rowindex", String(index + 2));
    row.element.style.transform = `translateY(${index * height}px)`;
  }

  /** Puts the rows in their order, for the keyboard and screen readers; the row with the focus is not moved. */
  sort() {
    const rows = [...this.rows.values()].sort((one, other) => one.index - other.index);
    const isSorted = rows.every((row, index) => this.element.children[index] === row.element);
    if (isSorted) return;
    const active = rows.findIndex((row) => row.element.contains(document.activeElement));
    if (active < 0) { this.element.append(...rows.map((row) => row.element)); return; }
    for (const row of rows.slice(0, active)) rows[active].element.before(row.element);
    this.element.append(...rows.slice(active + 1).map((row) => row.element));
  }

  fill(element, run, isSelected) {
    const { context } = this;
    const { text } = context;
    const focused = element.contains(document.activeElement) ? document.activeElement.dataset.part : null;
    const check = h("input", {
      type: "checkbox", checked: isSelected, "aria-label": text("selectRun", { name: run.name }), "data-part": "check",
      onclick: (event) => this.actions.toggle(run.id, check.checked, event.shiftKey),
    });
    const cell = (name, ...children) => h("div", { role: "cell", class: `c-${name}` }, ...children);
    const labelled = (name, value) => cell(name, h("span", { class: "label", "aria-hidden": "true" }, text(`column_${name}`), " "), value);
    element.classList.toggle("selected", isSelected);
    element.classList.toggle("is-hidden", Boolean(run.is_hidden));
    put(element,
      cell("select", check),
      cell("name", h("a", { href: context.href("run", { id: run.id }), "data-part": "link", title: run.name }, run.title || run.name),
        this.editing === run.id ? this.editor(run) : this.details(run)),
      cell("state", h("span", { class: `badge badge-${run.state}`, title: context.both(run.reason) || null }, text(`state_${run.state}`, {}, run.state))),
      labelled("best", [metricValue(run.best_metric, run.best), this.unit(run.best_metric, run.best)]),
      labelled("test", [metricValue(run.test_metric, run.test), Number.isFinite(run.test_error) ? h("small", {}, ` ± ${run.test_error.toFixed(2)}`) : null, this.unit(run.test_metric, run.test)]),
      labelled("epochs", run.wanted_epochs ? `${run.epochs} / ${run.wanted_epochs}` : String(run.epochs ?? "–")),
      labelled("seconds", duration(run.seconds, text)), labelled("started", moment(run.started, context.language)),
      cell("actions", this.button(run, "pin", run.is_pinned ? "★" : "☆", () => this.actions.mark(run.id, { is_pinned: !run.is_pinned }), run.is_pinned),
        this.button(run, "edit", "✎", () => this.edit(run.id), this.editing === run.id),
        this.button(run, "hide", run.is_hidden ? "◌" : "◉", () => this.actions.mark(run.id, { is_hidden: !run.is_hidden }), run.is_hidden)));
    if (focused) element.querySelector(`[data-part=${focused}]`)?.focus();
  }

  /** The name of a metric that is no accuracy, which its percent sign names. */
  unit(metric, value) {
    if (!metric || /accuracy/.test(metric) || !Number.isFinite(value)) return null;
    return h("small", { class: "unit quiet" }, ` ${this.context.text(`unit_${metric}`, {}, metric.replaceAll("_", " "))}`);
  }

  button(run, name, sign, action, isPressed) {
    const label = this.context.text(`${name}Run`, { name: run.title || run.name });
    return h("button", {
      type: "button", class: "icon", "data-part": name, "aria-pressed": String(Boolean(isPressed)), "aria-label": label, title: this.context.text(name), onclick: action,
    }, sign);
  }

  /** The second line: tags, the options that differ, the note, and what is wrong. */
  details(run) {
    const chips = this.options.filter((name) => run.options && Object.hasOwn(run.options, name))
      .map((name) => h("span", { class: "chip" }, `${optionName(name)}=${shown(run.options[name])}`));
    return h("span", { class: "details" },
      (run.tags ?? []).map((tag) => h("span", { class: "chip tag" }, tag)), chips,
      run.note ? h("span", { class: "note" }, run.note) : null,
      (run.problems ?? []).map((problem) => h("span", { class: "problem" }, this.context.both(problem))));
  }

  // MARK: Tags and note

  edit(id) {
    this.editing = this.editing === id ? null : id;
    this.render();
    this.rows.get(id)?.element.querySelector(this.editing ? "input[name=tags]" : "[data-part=edit]")?.focus();
  }

  editor(run) {
    const { text } = this.context;
    const input = (name, value) => h("input", { name, type: "text", value, placeholder: text(`${name}Hint`), "aria-label": text(`${name}Of`, { name: run.title || run.name }), maxlength: name === "note" ? 10000 : 800 });
    const [tags, note] = [input("tags", (run.tags ?? []).join(", ")), input("note", run.note ?? "")];
    const save = async () => {
      const changes = { tags: tags.value.split(",").map((tag) => tag.trim()).filter(Boolean), note: note.value.trim() };
      if (await this.actions.mark(run.id, changes)) this.edit(run.id);
    };
    return h("form", {
      class: "editor", onsubmit: (event) => { event.preventDefault(); save(); },
      onkeydown: (event) => { if (event.key === "Escape") this.edit(run.id); },
    }, tags, note, h("button", { class: "small" }, text("save")));
  }
}

function shown(value) { return value !== null && typeof value === "object" ? JSON.stringify(value) : String(value); }
