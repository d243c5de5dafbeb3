// The bin: deleted runs, until they are restored or removed for good.

import { ask } from "./dialog.js";
import { h, table } from "./dom.js";
import { bytes, moment } from "./numbers.js";

export class Bin {
  constructor(context) {
    this.context = context;
    context.title(context.text("bin"));
    this.place = h("div", {}, h("p", { class: "quiet" }, context.text("loading")));
    this.element = h("div", { class: "view" }, h("h1", {}, context.text("bin")),
      h("section", { class: "panel" }, h("p", { class: "quiet" }, context.text("binText")), this.place));
    this.load();
  }

  changed(name) { if (name === "runs") this.load(); }

  async load() {
    const { context } = this;
    const { text } = context;
    try {
      const { runs } = await context.get("/api/bin");
      const key = JSON.stringify(runs);
      if (key === this.key) return;
      this.key = key;
      if (runs.length === 0) { this.place.replaceChildren(h("p", { class: "empty" }, text("binEmpty"))); return; }
      const rows = runs.map((run) => [run.name, moment(run.deleted, context.language), Number.isFinite(run.bytes) ? bytes(run.bytes) : "–",
        h("span", { class: "buttons" },
          h("button", { type: "button", class: "small", "aria-label": text("restoreRun", { name: run.name }), onclick: () => this.change("/api/restore", [run.id], text("restored", { name: run.name })) }, text("restore")),
          h("button", { type: "button", class: "small danger", "aria-label": text("purgeRun", { name: run.name }), onclick: () => this.purge([run]) }, text("purge")))]);
      this.place.replaceChildren(
        table([text("column_name"), text("deletedAt"), text("size"), text("actions")], rows, "", text("bin")),
        h("p", { class: "buttons" }, h("button", { type: "button", class: "danger", onclick: () => this.purge(runs) }, text("emptyBin"))));
    } catch (error) {
      if (error.name === "AbortError") return;
      this.key = null;
      this.place.replaceChildren(context.error(error));
    }
  }

  purge(runs) {
    const { text } = this.context;
    ask(this.context, {
      title: text("purgeTitle"), words: text("purgeText", { count: runs.length }), action: text("purge"), isDanger: true,
      run: () => this.context.post("/api/purge", { bin_ids: runs.map((run) => run.id) }).then(() => this.load()),
    });
  }

  async change(path, ids, message) {
    try {
      await this.context.post(path, { bin_ids: ids });
      this.context.say(message);
    } catch (error) {
      this.context.say(this.context.text("failed", { reason: error.message }));
    }
    this.load();
  }
}
