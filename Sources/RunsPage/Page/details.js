// The options of a run, the machine, the model, and the end of its log.

import { h, put, table } from "./dom.js";
import { count } from "./numbers.js";

export class Details {
  constructor(context) {
    this.context = context;
    this.element = h("div", { class: "stack" });
    this.show();
  }

  changed(name) { if (name === "run") this.show(); }
  update() { this.key = null; this.show(); }

  show() {
    const { context } = this;
    const { text, settings } = context;
    const detail = context.store.run(context.id);
    if (!detail) return;
    const key = JSON.stringify([detail.settings, detail.environment, detail.model]);
    if (key === this.key) return;
    this.key = key;
    const changed = h("input", { type: "checkbox", checked: settings.has("changed"), onchange: () => { context.set({ changed: changed.checked ? "1" : null }); this.update(); } });
    const options = (detail.settings ?? []).filter((option) => !settings.has("changed") || !option.is_default);
    put(this.element,
      h("section", { class: "panel" }, h("h2", {}, text("options")), h("label", { class: "check" }, changed, h("span", {}, text("onlyChanged"))),
        table([text("option"), text("value"), text("note")], options.map((option) => [
          h("code", {}, option.name || option.key), shown(option.value),
          [option.is_default ? null : h("span", { class: "chip tag" }, text("changedOption")), option.has_effect === false ? h("span", { class: "quiet", title: text("noEffectText") }, text("noEffect")) : null].filter(Boolean)]), "settings", text("options"))),
      detail.model ? this.model(detail.model) : null,
      h("section", { class: "panel" }, h("h2", {}, text("machine")), table([text("property"), text("value")], (detail.environment ?? []).map((one) => [context.both(one.name), shown(one.value)]), "settings words", text("machine"))));
  }

  model(model) {
    const { text } = this.context;
    return h("section", { class: "panel" }, h("h2", {}, text("model")), h("p", {}, text("modelText", { parameters: count(model.parameters) })),
      table([text("parameter"), text("shape"), text("count")], (model.summary ?? []).map((part) => [part.name, [part.shape].flat().join(" × "), count(part.parameters)]), "numbers", text("model")));
  }
}

function shown(value) {
  if (value === null || value === undefined) return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The end of train.log. It follows the log while its end is in view. */
export class Log {
  constructor(context) {
    this.context = context;
    this.lines = h("pre", { class: "log", tabindex: "0", role: "log", "aria-label": context.text("tab_log"), "aria-live": "off" });
    this.element = h("section", { class: "panel" }, h("h2", {}, context.text("tab_log")), this.lines);
    this.show();
  }

  changed(name) { if (name === "log") this.show(); }

  show() {
    const lines = this.context.store.log(this.context.id);
    const { lines: place } = this;
    const isAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 40;
    place.textContent = lines.length ? lines.join("\n") : this.context.text("noLog");
    if (isAtEnd) place.scrollTop = place.scrollHeight;
  }
}
