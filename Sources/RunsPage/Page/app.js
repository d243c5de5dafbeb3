// The page: its views and the address of each.
//
// Address. After `#` stand the name of the view and its settings as a query: `#run?id=20261130-120000-gru&tab=time&step=40`.
// The address contains everything that a view shows, so a link brings exactly this view back. Views: `runs` (the list),
// `run`, `compare`, `sweep`, `bin`.
//
// View. A module in views exports a class: `new View(context)`. The constructor builds `view.element`, a DOM node that the
// page inserts. The page calls, if the view has them:
//   view.update()       the settings changed (back, forward, a link to the same view and run); not called for one's own set()
//   view.changed(name)  a new event arrived: "runs", "records", "log", "run" or "connection"; the data is in `context.store`
//   view.leave()        the view is removed: stop timers and workers; requests of `context.get` are cancelled by themselves
// When the language changes, the page removes the view and makes it again. Draw and time are tabs of a run: `draw.js`
// exports `Draw`, `time.js` exports `Time`, made by `new Draw(context)`, imported when the tab is opened.
//
// Context:
//   context.id            id of the run; for compare, null
//   context.settings      URLSearchParams of the address; read with context.settings.get("step")
//   context.set(changes)  changes settings and the address: {step: 40, image: null}, null removes one. No new history entry;
//                         set(changes, {push: true}) makes one. Calls no update()
//   context.href(view, settings)  the address of a view, for links: context.href("run", {id, tab: "time"})
//   context.store         what the server sent: store.runs (Map of id to Run), store.run(id) (answer of /api/run, or null),
//                         store.records(id) (Records, see records.js), store.log(id), store.isConnected
//   context.get(path, query, {signal})  Promise of the answer's JSON: context.get("/api/at", {id, step: 40}); an answer 202 is
//                         returned as {...json, isPartial: true}. Throws an Error with `message` in words and `status`
//                         (0: no connection); throws a DOMException "AbortError" when cancelled
//   context.post(path, body)  the same for changes
//   context.text(key, values)  text in the page's language, with {placeholders} filled. The keys of texts.json and
//                         texts-time.json are one table; a missing key is an error on the console
//   context.both({en, ko})  the text of a server's answer in the page's language; a string is as it is
//   context.language      "en" or "ko"
//   context.h(name, attributes, ...children)  makes an element: h("button", {type: "button", class: "quiet", onclick: f}, "Stop").
//                         Functions are listeners, true and false set or leave out an attribute, null children are left out.
//                         Strings become text, never HTML. context.svg(…) the same for SVG
//   context.say(text)     says a short message to screen readers (aria-live) and shows it for some seconds
//   context.error(error)  an element that shows an error in words
// Classes of page.css for all views: .panel (a card), .row (controls beside each other, wraps), .field (label above control),
// .quiet, .scroll (wide tables and pictures), .spoken (for screen readers only), .badge, .figures, table.numbers, .buttons.
// Colours are the variables of page.css: --text, --quiet, --surface, --page, --line, --accent, --zero, --positive, --negative.
// The policy allows no style attributes in HTML; element.style.… in scripts is allowed.

import { get, post, RequestError, Stream } from "./api.js";
import { atNextFrame, h, svg } from "./dom.js";
import { Store } from "./store.js";

// A view is loaded when it is first shown.
const VIEWS = {
  runs: async () => (await import("./list.js")).List,
  run: async () => (await import("./run.js")).Run,
  compare: async () => (await import("./compare.js")).Compare,
  sweep: async () => (await import("./sweep.js")).Sweep,
  bin: async () => (await import("./bin.js")).Bin,
};
const TEXTS = ["texts.json", "texts-run.json", "texts-time.json"];

/** The view and the settings of an address. */
function parse(hash) {
  const [, name, query] = /^#?([a-z]*)\??(.*)$/s.exec(hash) ?? [];
  return { view: Object.hasOwn(VIEWS, name ?? "") ? name : "runs", settings: new URLSearchParams(query ?? "") };
}

class App {
  constructor(texts) {
    this.texts = texts;
    this.store = new Store();
    this.language = this.firstLanguage();
    this.stream = new Stream((name, content) => this.receive(name, content));
    this.pending = new Set();
    this.tell = atNextFrame(() => this.tellView());
  }

  begin() {
    this.build();
    this.stream.watch([]);
    addEventListener("hashchange", () => this.open());
    this.open();
  }

  // MARK: Language

  firstLanguage() {
    let kept = null;
    try { kept = localStorage.getItem("language"); } catch { /* A browser may forbid it. */ }
    if (kept === "en" || kept === "ko") return kept;
    return (navigator.languages ?? [navigator.language]).find((name) => /^(en|ko)/.test(name))?.slice(0, 2) ?? "en";
  }

  setLanguage(language) {
    this.language = language;
    try { localStorage.setItem("language", language); } catch { /* Then only this page has it. */ }
    this.build();
    this.shown = null;
    this.open();
    document.querySelector(`[data-language=${language}]`).focus();
  }

  /** A text with its placeholders filled. - other: the text if there is none; without it, a missing key is an error. */
  text(key, values = {}, other = undefined) {
    const table = this.texts[this.language];
    const found = Object.hasOwn(table, key) ? table[key] : undefined;
    if (found === undefined && other === undefined) console.error(`no text ${key}`);
    if (found === undefined) return other === undefined ? key : String(other ?? "–");
    return found.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  }

  both(texts) { return typeof texts === "string" ? texts : texts?.[this.language] ?? texts?.en ?? ""; }

  // MARK: Frame of the page

  build() {
    const text = (key, values) => this.text(key, values);
    document.documentElement.lang = this.language;
    const language = (name, label) => h("button", {
      type: "button", lang: name, "data-language": name, "aria-pressed": String(this.language === name),
      onclick: () => this.setLanguage(name),
    }, label);
    this.place = h("main", { id: "main", tabindex: "-1" });
    this.connection = h("p", { class: "connection", role: "status" });
    this.notice = h("div", { class: "notices", role: "status" });
    document.body.replaceChildren(
      h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); this.place.focus(); } }, text("skip")),
      h("header", { class: "top" },
        h("nav", { "aria-label": text("pages") }, h("a", { href: "#runs", class: "home" }, text("runs")), h("a", { href: "#bin" }, text("bin"))),
        h("div", { class: "languages", role: "group", "aria-label": "Language, 언어" }, language("en", "English"), language("ko", "한국어"))),
      this.connection, this.place, this.notice);
    this.showConnection();
  }

  showConnection() {
    const isLost = !this.store.isConnected;
    this.connection.textContent = isLost ? this.text("connectionLost") : "";
    this.connection.classList.toggle("lost", isLost);
  }

  // MARK: Views

  async open() {
    const { view: name, settings } = parse(location.hash);
    const id = name === "run" || name === "sweep" ? settings.get("id") : null;
    const key = JSON.stringify([name, id]);
    if (this.shown?.key === key) {
      this.shown.context.settings = settings;
      this.shown.view?.update?.();
      return;
    }
    this.close();
    const shown = { key, context: this.context(name, id, settings), cancel: new AbortController() };
    this.shown = shown;
    this.mark(name);
    this.store.keep(id ? [id] : settings.getAll("run"));
    if (name !== "compare") this.stream.watch(name === "run" && id ? [id] : []);
    try {
      const View = await VIEWS[name]();
      if (this.shown !== shown) return;
      shown.view = new View(shown.context);
      this.place.replaceChildren(shown.view.element);
    } catch (error) {
      if (this.shown !== shown) return;
      console.error(error);
      this.place.replaceChildren(shown.context.error(error));
    }
    if (this.hasOpened) { scrollTo(0, 0); this.place.focus({ preventScroll: true }); }
    this.hasOpened = true;
  }

  close() {
    this.shown?.cancel.abort();
    this.shown?.view?.leave?.();
  }

  mark(name) {
    for (const link of document.querySelectorAll("header.top nav a")) {
      if (link.getAttribute("href") === `#${name}`) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    }
  }

  receive(name, content) {
    this.pending.add(this.store.receive(name, content));
    if (name === "open" || name === "lost") this.showConnection();
    // A page in the background draws nothing, and would keep all events until it is shown.
    this.tell();
  }

  tellView() {
    const names = [...this.pending];
    this.pending.clear();
    for (const name of names) this.shown?.view?.changed?.(name);
  }

  // MARK: Context

  context(name, id, settings) {
    const app = this;
    const noConnection = this.text("noConnection");
    return {
      id, settings, h, svg, store: this.store, language: this.language,
      text: (...values) => app.text(...values), both: (texts) => app.both(texts),
      set(changes, { push = false } = {}) {
        for (const [key, value] of Object.entries(changes)) {
          if (value === null || value === undefined) this.settings.delete(key);
          else if (Array.isArray(value)) { this.settings.delete(key); for (const one of value) this.settings.append(key, one); }
          else this.settings.set(key, value);
        }
        const address = `#${name}?${this.settings}`;
        if (push) history.pushState(null, "", address); else history.replaceState(null, "", address);
      },
      href: (view, values = {}) => {
        const query = new URLSearchParams();
        for (const [key, value] of Object.entries(values)) {
          for (const one of [value].flat()) if (one !== null && one !== undefined) query.append(key, one);
        }
        return `#${view}?${query}`;
      },
      watch: (ids) => app.stream.watch(ids),
      get: (path, query, { signal } = {}) => {
        const own = app.shown.cancel.signal;
        return get(path, query, signal ? AbortSignal.any([signal, own]) : own, noConnection);
      },
      post: (path, body) => post(path, body, noConnection),
      say: (message, ...actions) => app.say(message, ...actions),
      error: (error) => h("p", { class: "problem", role: "alert" },
        error instanceof RequestError || !(error instanceof Error) ? app.text("failed", { reason: error.message ?? error }) : app.text("broken", { reason: error.message })),
      title: (title) => { document.title = title; },
    };
  }

  /** Shows a message for some seconds, longer if it has a button: {label, action}. */
  say(message, action = null) {
    const close = () => note.remove();
    const note = h("div", { class: "notice" }, h("span", {}, message),
      action && h("button", { type: "button", class: "small", onclick: () => { close(); action.run(); } }, action.label),
      h("button", { type: "button", class: "small", "aria-label": this.text("close"), onclick: close }, "×"));
    while (this.notice.childElementCount > 2) this.notice.firstChild.remove();
    this.notice.append(note);
    setTimeout(() => { if (!note.contains(document.activeElement)) close(); }, action ? 20000 : 6000);
  }
}

async function begin() {
  const texts = { en: {}, ko: {} };
  for (const part of await Promise.all(TEXTS.map((name) => get(`/page/${name}`)))) {
    for (const language of ["en", "ko"]) Object.assign(texts[language], part[language]);
  }
  new App(texts).begin();
}

begin();
