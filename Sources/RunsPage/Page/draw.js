// The tab where one draws for a run's own weights: the page of `export --to html` in a frame. While the run trains, the frame
// gets the weights of each new checkpoint; the drawing stays.

import { useStyles } from "./time-pictures.js";

export class Draw {
  constructor(context) {
    Object.assign(this, { context, frame: null, step: null, isLoading: false });
    const { h, text } = context;
    useStyles();
    this.status = h("p", { class: "quiet", role: "status" }, text("loading"));
    this.place = h("div", { class: "draw-place" });
    this.element = h("section", { class: "panel draw" }, h("h2", {}, text("tab_draw")), this.status, this.place);
    this.load();
  }

  leave() { this.observer?.disconnect(); }
  changed(name) { if (name === "run") this.follow(); }

  /** The step of the newest checkpoint that the program has named; null if there is none. */
  get newest() {
    const steps = (this.context.store.run(this.context.id)?.checkpoints ?? []).map(({ step }) => step);
    return steps.length > 0 ? Math.max(...steps) : null;
  }

  follow() {
    const { newest, step, isLoading } = this;
    if (newest !== null && newest !== step && newest !== this.failed && !isLoading) this.load();
  }

  /** Gets the weights of the newest checkpoint. The first time, this also finds out why there is no page to draw. */
  async load() {
    const { context } = this;
    const asked = this.newest;
    this.isLoading = true;
    try {
      const data = await context.get("/api/model", { id: context.id });
      this.step = data.step;
      this.failed = null;
      if (this.frame) this.frame.contentWindow.page?.replace(data);
      else this.show();
      this.status.replaceChildren(context.text("drawStep", { step: data.step.toLocaleString("en-US") }));
    } catch (error) {
      if (error.name === "AbortError") return;
      this.failed = asked;
      this.status.replaceChildren(context.error(error));
    }
    this.isLoading = false;
    if (this.newest !== asked) this.follow();
  }

  show() {
    const { context } = this;
    const query = new URLSearchParams({ id: context.id, language: context.language });
    this.frame = context.h("iframe", { src: `/draw?${query}`, title: context.text("drawFrame"), onload: () => this.fit() });
    this.place.replaceChildren(this.frame);
  }

  /** Makes the frame as high as its content, so that only one page scrolls. */
  fit() {
    const content = this.frame.contentDocument?.querySelector("main");
    if (!content) return;
    const set = () => { this.frame.style.height = `${Math.ceil(content.getBoundingClientRect().bottom + 40)}px`; };
    this.observer?.disconnect();
    this.observer = new ResizeObserver(set);
    this.observer.observe(content);
    set();
    // A checkpoint may have been saved while the frame was loaded.
    this.step = null;
    this.follow();
  }
}
