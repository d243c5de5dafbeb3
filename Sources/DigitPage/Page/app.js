// The page: the drawing field, the bars, the reading and the errors of the run.

function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function percent(share) {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}

class Page {
  constructor(data, texts) {
    Object.assign(this, { data, texts, language: data.language });
    this.network = new Network(data.model, data.parameters, numbers(data.weights));
    const { rows, columns, classes } = this.network;
    this.preparation = new Preparation(data.preparation, rows, columns);
    this.drawing = new Drawing(rows, columns, Math.max(1, Math.floor(224 / Math.max(rows, columns))));
    this.shown = classes.length <= 12 ? classes.length : 8;
    this.field = this.find("field");
    this.loaded = null;
    this.answer = null;
    this.duration = 0;
    this.reading = new Reading(this.network, data.preparation.background, this);
    this.listen();
    this.showErrors();
    this.translate();
    this.read();
  }

  /**
   * Takes the weights of another checkpoint of the same run while the page is open. The drawing stays, and is read again.
   * Pages around this one call it: `frame.contentWindow.page.replace(data)`.
   */
  replace(data) {
    const shape = ({ model }) => JSON.stringify(model, Object.keys(model).sort());
    if (shape(data) !== shape(this.data)) throw new Error("replace: expected weights of the same model, received others");
    this.data = data;
    this.network = new Network(data.model, data.parameters, numbers(data.weights));
    this.reading.network = this.network;
    this.find("error-list").replaceChildren();
    this.showErrors();
    this.translate();
    this.read();
  }

  find(id) { return document.getElementById(id); }

  /** The text of a key in the chosen language, with its placeholders filled. */
  text(key, values = {}) {
    return this.texts[this.language][key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  }

  /** The kind of the classes, for the texts: digits, letters, or anything else. */
  get kind() {
    const { classes } = this.network;
    if (classes.every((name) => /^[0-9]$/.test(name))) return "Digit";
    return classes.every((name) => /^[A-Za-z]$/.test(name)) ? "Letter" : "Picture";
  }

  // MARK: Language

  translate() {
    const { data, network } = this;
    document.documentElement.lang = this.language;
    document.title = this.text(`title${this.kind}`);
    const values = {
      name: data.name, rows: network.rows, columns: network.columns, layers: network.layers, units: network.hidden,
      cell: network.cell.toUpperCase(), parameters: network.weightCount.toLocaleString("en-US"),
      count: data.mistakes.length,
    };
    for (const node of document.querySelectorAll("[data-text]")) {
      node.textContent = this.text(node.dataset.text.replace("*", this.kind), values);
    }
    this.find("model").textContent = this.text(network.directions === 2 ? "modelBoth" : "modelForward", values);
    this.find("accuracy").textContent = data.accuracy === undefined
      ? "" : this.text("accuracy", { share: `${(100 * data.accuracy).toFixed(2)} %`, count: data.evaluated.toLocaleString("en-US") });
    this.find("layers-text").hidden = network.layers === 1;
    this.find("reading-text").textContent = this.text(network.directions === 2 ? "readingBoth" : "readingForward");
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === this.language));
    }
    this.field.setAttribute("aria-label", this.text(`field${this.kind}`));
    this.find("view").setAttribute("aria-label", this.text("view"));
    this.find("reading-image").setAttribute("aria-label", this.text("view"));
    this.find("prefixes").setAttribute("aria-label", this.text("prefixCaption"));
    this.translateErrors();
    this.showAnswer(true);
    this.reading.label();
    this.reading.draw();
  }

  // MARK: Drawing

  listen() {
    const { field } = this;
    let pointer = null;
    field.addEventListener("pointerdown", (event) => {
      if (pointer !== null || event.button !== 0) return;
      pointer = event.pointerId;
      field.setPointerCapture(pointer);
      event.preventDefault();
      if (this.loaded) this.clear();
      this.drawing.begin(this.point(event));
      this.changed();
    });
    field.addEventListener("pointermove", (event) => {
      if (event.pointerId !== pointer) return;
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of events.length > 0 ? events : [event]) this.drawing.extend(this.point(one));
      this.changed();
    });
    const end = (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      this.read();
    };
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) field.addEventListener(name, end);
    this.find("clear").addEventListener("click", () => { this.clear(); this.read(); });
    this.find("undo").addEventListener("click", () => this.undo());
    document.addEventListener("keydown", (event) => {
      if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      this.undo();
    });
    for (const button of document.querySelectorAll("[data-language]")) {
      button.addEventListener("click", () => { this.language = button.dataset.language; this.translate(); });
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.paint();
      this.reading.draw();
    });
    new ResizeObserver(() => this.paint()).observe(field);
  }

  /** The place of an event in the drawing's pixels. */
  point(event) {
    const box = this.field.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * this.drawing.width,
      y: ((event.clientY - box.top) / box.height) * this.drawing.height,
    };
  }

  undo() {
    if (this.loaded) this.clear();
    else if (!this.drawing.isEmpty) this.drawing.undo();
    this.read();
  }

  clear() {
    this.drawing.clear();
    this.loaded = null;
  }

  /** Reads the drawing in the next frame of the screen, once for all events before it; a large model when the pen is up. */
  changed() {
    this.paint();
    if (this.duration > 100) return;
    this.frame ??= requestAnimationFrame(() => this.read(false));
  }

  /** Draws the strokes, or the loaded image, at the screen's resolution. */
  paint() {
    const { field, drawing, network } = this;
    const ratio = (Math.max(1, devicePixelRatio) * field.clientWidth) / drawing.width || 1;
    [field.width, field.height] = [Math.round(drawing.width * ratio), Math.round(drawing.height * ratio)];
    const context = field.getContext("2d");
    if (this.loaded) {
      const image = document.createElement("canvas");
      drawImage(image, this.loaded.pixels, network.rows, network.columns);
      context.imageSmoothingEnabled = false;
      context.drawImage(image, 0, 0, field.width, field.height);
    }
    context.scale(ratio, ratio);
    context.lineWidth = 2 * drawing.radius;
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = getComputedStyle(field).color;
    for (const stroke of drawing.strokes) {
      context.beginPath();
      context.moveTo(stroke[0].x, stroke[0].y);
      for (const { x, y } of stroke) context.lineTo(x, y);
      context.stroke();
    }
    this.find("start").hidden = this.loaded !== null || !drawing.isEmpty;
    this.find("undo").disabled = this.find("clear").disabled = this.loaded === null && drawing.isEmpty;
  }

  // MARK: The answer

  /** Prepares the drawing and reads it. While the pen is down, screen readers hear nothing. */
  read(isFinal = true) {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    const { drawing, network, loaded } = this;
    const digit = loaded
      ? { pixels: loaded.pixels, pieceCount: 0 }
      : drawing.isEmpty ? null : this.preparation.normalize(drawing.width, drawing.height, drawing.ink, "light-on-dark");
    const start = performance.now();
    this.answer = digit ? { ...digit, ...network.read(digit.pixels) } : null;
    this.duration = performance.now() - start;
    this.paint();
    this.showAnswer(isFinal);
    this.reading.show(this.answer?.pixels ?? null, this.answer);
  }

  showAnswer(isFinal) {
    const { answer, network, data } = this;
    const { rows, columns, classes } = network;
    const empty = () => Array(rows * columns).fill(data.preparation.background);
    drawImage(this.find("view"), answer?.pixels ?? empty(), rows, columns);
    const order = [...classes.keys()];
    if (answer && this.shown < classes.length) order.sort((one, other) => answer.probabilities[other] - answer.probabilities[one]);
    const best = answer ? argmax(answer.logits) : null;
    const bars = this.find("bars");
    while (bars.children.length < this.shown) bars.append(Page.bar());
    [...bars.children].forEach((row, place) => {
      const index = order[place];
      const [name, track, value] = row.children;
      name.textContent = classes[index];
      track.firstChild.style.width = `${answer ? 100 * answer.probabilities[index] : 0}%`;
      value.textContent = answer ? percent(answer.probabilities[index]) : "–";
      row.classList.toggle("best", index === best);
    });
    this.find("best").textContent = answer ? classes[best] : "–";
    this.find("best-share").textContent = answer ? percent(answer.probabilities[best]) : "";
    this.find("note").textContent = this.note();
    if (!isFinal) return;
    this.find("spoken").textContent = answer
      ? this.text("spoken", { name: classes[best], share: percent(answer.probabilities[best]) }) : "";
  }

  static bar() {
    const track = element("span", { class: "track", "aria-hidden": "true" }, element("span", { class: "bar" }));
    return element("li", {}, element("span", { class: "name" }), track, element("span", { class: "value" }));
  }

  /** The sentence below the answer: about a loaded error, or about several pieces. */
  note() {
    const { loaded, answer, data } = this;
    if (loaded) {
      return this.text("loaded", { index: loaded.index, name: this.network.classes[loaded.label] });
    }
    if (answer && answer.pieceCount > 1) return this.text("pieces", { count: answer.pieceCount });
    return !answer && !this.drawing.isEmpty ? this.text("blank") : "";
  }

  // MARK: The errors of the run

  showErrors() {
    const { data, network } = this;
    this.find("errors").hidden = data.mistakes.length === 0;
    const all = data.mistakes.length > 0 ? bytes(data.mistake_pixels) : null;
    const size = network.rows * network.columns;
    data.mistakes.forEach((mistake, place) => {
      const pixels = all.subarray(place * size, (place + 1) * size);
      const canvas = element("canvas", { "aria-hidden": "true" });
      drawImage(canvas, pixels, network.rows, network.columns);
      const [label, predicted] = [network.classes[mistake.label], network.classes[mistake.predicted]];
      const button = element("button", { type: "button", class: "error" }, canvas,
        element("strong", {}, `${label} → ${predicted}`), element("span", {}, percent(mistake.probability)));
      button.addEventListener("click", () => {
        this.drawing.clear();
        this.loaded = { ...mistake, pixels };
        this.read();
        this.find("draw").scrollIntoView({ block: "start" });
      });
      this.find("error-list").append(element("li", {}, button));
    });
  }

  translateErrors() {
    [...this.find("error-list").children].forEach((item, place) => {
      const { index, label, predicted, probability } = this.data.mistakes[place];
      const { classes } = this.network;
      item.firstChild.setAttribute("aria-label", this.text("error", {
        index, label: classes[label], predicted: classes[predicted], share: percent(probability),
      }));
    });
  }
}

const content = (id) => JSON.parse(document.getElementById(id).textContent);
const page = new Page(content("data"), content("texts"));
window.page = page;
