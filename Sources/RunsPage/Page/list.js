// The list of runs. Settings of the address: q (search), sort ("-best", "option:cell"), state, program, hidden.

import { field, h, put, select } from "./dom.js";
import { Rows } from "./rows.js";
import { SORTS, STATES, chosen, differingOptions, optionName, order } from "./runs.js";

export class List {
  constructor(context) {
    Object.assign(this, { context, store: context.store, selected: new Set(), anchor: null });
    const { text } = context;
    context.title(text("runs"));
    this.count = h("p", { class: "quiet count", role: "status" });
    this.sweeps = h("section", { class: "panel", hidden: true });
    this.controls = h("div", { class: "row controls" });
    this.rows = new Rows(context, { toggle: (...values) => this.toggle(...values), mark: (...values) => this.mark(...values), isSelected: (id) => this.selected.has(id) });
    this.head = h("div", { role: "row", class: "run-row head" });
    this.table = h("div", { role: "table", class: "run-table", "aria-label": text("runs") }, h("div", { role: "rowgroup" }, this.head), this.rows.element);
    this.empty = h("p", { class: "empty", hidden: true });
    this.bar = h("div", { class: "selection", role: "region", "aria-label": text("selection"), hidden: true });
    this.element = h("div", { class: "view list" },
      h("h1", {}, text("runs")), this.sweeps,
      h("section", { class: "panel" }, this.controls, this.count, this.table, this.empty), this.bar);
    this.showControls();
    this.show();
  }

  leave() { this.rows.leave(); }
  update() { this.showControls(); this.show(); }
  changed(name) { if (name === "runs" || name === "run") this.show(); }

  set(changes) {
    this.context.set(changes);
    this.show();
  }

  // MARK: Controls

  showControls() {
    const { context } = this;
    const { text, settings } = context;
    const search = h("input", {
      type: "search", value: settings.get("q") ?? "", placeholder: text("searchHint"), spellcheck: "false", autocomplete: "off",
      oninput: () => this.set({ q: search.value.trim() || null }),
    });
    this.sort = h("select", { onchange: () => this.set({ sort: this.sort.value }) });
    this.program = h("select", { onchange: () => this.set({ program: this.program.value || null }) });
    const states = [{ value: "", label: text("all") }, ...STATES.map((value) => ({ value, label: text(`state_${value}`) }))];
    const hidden = h("input", { type: "checkbox", checked: settings.has("hidden"), onchange: () => this.set({ hidden: hidden.checked ? "1" : null }) });
    put(this.controls,
      field(text("search"), search, "wide"),
      field(text("state"), select(states, settings.get("state") ?? "", (value) => this.set({ state: value || null }))),
      field(text("program"), this.program), field(text("sortBy"), this.sort),
      h("label", { class: "check" }, hidden, h("span", {}, text("showHidden"))));
    [this.sortKey, this.programKey] = [null, null];
  }

  /** The choices that depend on the runs. */
  showChoices(all) {
    const { text, settings } = this.context;
    const programs = [...new Set(all.map((run) => run.program))].sort();
    if (programs.join() !== this.programKey) {
      this.programKey = programs.join();
      put(this.program, h("option", { value: "" }, text("all")), ...programs.map((name) => h("option", { value: name }, text(`program_${name}`, {}, name))));
    }
    this.program.value = settings.get("program") ?? "";
    const { key, isDown } = order(settings);
    const options = this.options.map((name) => `option:${name}`);
    if (key.startsWith("option:") && !options.includes(key)) options.push(key);
    const keys = [...Object.keys(SORTS), ...options];
    if (keys.join() !== this.sortKey) {
      this.sortKey = keys.join();
      const label = (name) => (name.startsWith("option:") ? optionName(name.slice(7)) : text(`column_${name}`));
      put(this.sort, ...keys.flatMap((name) => [false, true].map((down) =>
        h("option", { value: (down ? "-" : "") + name }, `${label(name)} ${down ? "↓" : "↑"}`))));
    }
    this.sort.value = (isDown ? "-" : "") + key;
  }

  // MARK: Rows

  show() {
    const { store, context } = this;
    const { text, settings } = context;
    const all = [...store.runs.values()];
    this.shown = chosen(all, settings);
    this.options = differingOptions(this.shown);
    for (const id of this.selected) if (!store.runs.has(id)) this.selected.delete(id);
    this.showChoices(all);
    this.showHead();
    this.rows.show(this.shown, this.options);
    this.table.setAttribute("aria-rowcount", String(this.shown.length + 1));
    const values = { count: this.shown.length.toLocaleString("en-US"), all: all.length.toLocaleString("en-US") };
    const count = !store.hasList ? text("loading") : text(store.isComplete ? (this.shown.length === all.length ? "countAll" : "countSome") : "countReading", values);
    const line = store.problem ? `${count} ${text("failed", { reason: this.context.both(store.problem) })}` : count;
    if (this.count.textContent !== line) this.count.textContent = line;
    this.table.hidden = this.shown.length === 0;
    const isWithoutRuns = all.length === 0 && store.hasList && store.isComplete && !store.problem;
    this.controls.hidden = this.count.hidden = isWithoutRuns;
    this.empty.hidden = this.shown.length > 0 || !store.hasList || !store.isComplete;
    this.empty.textContent = text(all.length === 0 ? "noRuns" : "noneFound");
    this.showSweeps();
    this.showBar();
  }

  showHead() {
    const { text, settings } = this.context;
    const { key, isDown } = order(settings);
    const state = JSON.stringify([key, isDown, this.selected.size > 0 && this.shown.every((run) => this.selected.has(run.id)), this.shown.length > 0]);
    if (state === this.headState) return;
    const focused = this.head.contains(document.activeElement) ? document.activeElement.dataset.column : null;
    this.headState = state;
    const all = h("input", {
      type: "checkbox", "aria-label": text("selectAll"), "data-column": "all", checked: this.shown.length > 0 && this.shown.every((run) => this.selected.has(run.id)),
      onchange: () => {
        for (const run of this.shown) if (all.checked) this.selected.add(run.id); else this.selected.delete(run.id);
        this.changedSelection();
      },
    });
    const columns = Object.entries(SORTS).map(([name, sort]) => h("div", {
      role: "columnheader", class: `c-${name}`, "aria-sort": name === key ? (isDown ? "descending" : "ascending") : "none",
    }, h("button", {
      type: "button", "data-column": name,
      onclick: () => { this.set({ sort: name === key ? (isDown ? "" : "-") + name : (sort.isDown ? "-" : "") + name }); },
    }, text(`column_${name}`), h("span", { "aria-hidden": "true" }, name === key ? (isDown ? "\u00a0↓" : "\u00a0↑") : ""))));
    put(this.head,
      h("div", { role: "columnheader", class: "c-select" }, all, h("span", { class: "spoken", "aria-hidden": "true" }, text("selectAll"))), ...columns,
      h("div", { role: "columnheader", class: "c-actions" }, h("span", { class: "spoken" }, text("actions"))));
    if (focused) this.head.querySelector(`[data-column=${focused}]`)?.focus();
  }

  // MARK: Selection

  toggle(id, isSelected, isRange) {
    const ids = this.shown.map((run) => run.id);
    const [from, to] = [ids.indexOf(this.anchor), ids.indexOf(id)];
    const range = isRange && from >= 0 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
    for (const one of range) if (isSelected) this.selected.add(one); else this.selected.delete(one);
    this.anchor = id;
    this.changedSelection();
  }

  changedSelection() {
    this.showHead();
    this.rows.show(this.shown, this.options);
    this.showBar();
  }

  showBar() {
    const { text, href } = this.context;
    const ids = [...this.selected];
    const key = JSON.stringify(ids);
    if (key === this.barKey) return;
    const label = this.bar.contains(document.activeElement) ? document.activeElement.textContent : null;
    this.barKey = key;
    this.bar.hidden = ids.length === 0;
    const button = (name, action) => h("button", { type: "button", onclick: action }, text(name));
    put(this.bar,
      h("strong", {}, text("selectedCount", { count: ids.length })),
      h("a", { class: "button primary", href: href("compare", { run: ids.slice(0, 32) }) }, text("compare")),
      button("hide", () => this.markAll({ is_hidden: true })), button("pin", () => this.markAll({ is_pinned: true })),
      button("delete", () => this.delete(ids)), button("clearSelection", () => { this.selected.clear(); this.changedSelection(); }));
    if (label !== null) [...this.bar.children].find((node) => node.textContent === label)?.focus();
  }

  // MARK: Changes

  async mark(id, changes) {
    try {
      this.store.put(await this.context.post("/api/marks", { id, ...changes }));
      this.show();
      return true;
    } catch (error) {
      this.context.say(this.context.text("failed", { reason: error.message }));
      return false;
    }
  }

  async markAll(changes) {
    const ids = [...this.selected];
    this.selected.clear();
    for (const id of ids) if (!await this.mark(id, changes)) break;
    this.changedSelection();
  }

  async delete(ids) {
    const { text, say, post } = this.context;
    try {
      const { deleted, errors } = await post("/api/delete", { ids });
      for (const { id } of deleted) { this.store.remove(id); this.selected.delete(id); }
      this.show();
      const bin = deleted.map((run) => run.bin_id);
      const undo = { label: text("undo"), run: () => post("/api/restore", { bin_ids: bin }).catch((error) => say(text("failed", { reason: error.message }))) };
      if (bin.length > 0) say(text("deletedCount", { count: bin.length }), undo);
      if (errors.length > 0) say(text("failed", { reason: errors.map((one) => `${one.id}: ${one.error}`).join("; ") }));
    } catch (error) {
      say(text("failed", { reason: error.message }));
    }
  }

  // MARK: Sweeps

  showSweeps() {
    const { text, href } = this.context;
    const key = JSON.stringify(this.store.sweeps);
    if (key === this.sweepsKey) return;
    this.sweepsKey = key;
    this.sweeps.hidden = this.store.sweeps.length === 0;
    put(this.sweeps, h("h2", {}, text("sweeps")), h("ul", { class: "sweeps", role: "list" }, this.store.sweeps.map((sweep) =>
      h("li", {}, h("a", { href: href("sweep", { id: sweep.id }) }, sweep.name), " ",
        h("span", { class: "quiet" }, [text(`program_${sweep.program}`, {}, sweep.program ?? ""), text("doneOf", { done: sweep.done, count: sweep.count }),
          sweep.winner && text("winner", { title: sweep.winner })].filter(Boolean).join(" · ")),
        sweep.problems?.length ? h("span", { class: "problem" }, sweep.problems.map(problem).join("; ")) : null))));
  }
}

function problem(value) { return typeof value === "string" ? value : JSON.stringify(value); }
