// The section that shows how the network reads an image: layer by layer, step by step.

class Reading {
  constructor(network, background, page) {
    Object.assign(this, { network, background, page, image: null, prefixes: [] });
    this.slider = page.find("step");
    this.slider.max = network.layers * network.rows;
    this.slider.value = this.slider.max;
    this.maps = [];
    this.build();
    this.slider.addEventListener("input", () => { this.pause(); this.draw(); });
    page.find("play").addEventListener("click", () => (this.timer ? this.pause() : this.play()));
    this.motion = matchMedia("(prefers-reduced-motion: reduce)");
    this.motion.addEventListener("change", () => { this.pause(); this.label(); });
  }

  /** Makes a figure for each direction of each layer. */
  build() {
    const { network, page } = this;
    const figures = page.find("reading-figures");
    if (network.rows > 40) figures.style.setProperty("--cell", `${Math.max(1, Math.round(280 / network.rows))}px`);
    const sized = (canvas, columns) => {
      canvas.style.height = `calc(var(--cell) * ${network.rows})`;
      canvas.style.width = `clamp(56px, var(--cell) * ${columns}, 256px)`;
    };
    sized(page.find("reading-image"), network.columns);
    sized(page.find("prefixes"), 1.5 * network.classes.length);
    const columns = page.find("prefix-classes");
    if (network.classes.length <= 12 && network.classes.every((name) => [...name].length <= 2)) {
      columns.append(...network.classes.map((name) => element("span", {}, name)));
    }
    for (let layer = 0; layer < network.layers; layer++) {
      for (let direction = 0; direction < network.directions; direction++) {
        const canvas = element("canvas", { role: "img" });
        sized(canvas, network.hidden);
        const line = element("span", { class: direction === 1 ? "line upward" : "line" });
        const caption = element("figcaption", {});
        const figure = element("figure", {}, element("div", { class: "map" }, canvas, line), caption);
        page.find("prefix-figure").before(figure);
        this.maps.push({ layer, direction, canvas, line, caption });
      }
    }
  }

  /** Shows an image that was read; null for none. */
  show(image, result) {
    const isNew = (image === null) !== (this.image === null);
    Object.assign(this, { image, result });
    this.prefixes = [];
    clearTimeout(this.work);
    if (image === null || isNew) { this.pause(); this.slider.value = this.slider.max; }
    this.page.find("reading-figures").hidden = image === null;
    this.page.find("reading-hint").hidden = image !== null;
    if (image === null) return;
    this.largest = result.states.flat().reduce(
      (most, states) => states.reduce((one, value) => Math.max(one, Math.abs(value)), most), 1e-9);
    if (this.network.cell !== "rnn-relu") this.largest = Math.max(this.largest, 0.5);
    this.draw();
    this.work = setTimeout(() => this.readPrefixes(), 60);
  }

  /** Reads the image's first rows alone, 1 row, 2 rows and so on; a few milliseconds at a time. */
  readPrefixes() {
    const { network, image, prefixes } = this;
    const start = performance.now();
    while (prefixes.length < network.rows && performance.now() - start < 12) {
      const part = Uint8Array.from(image).fill(this.background, (prefixes.length + 1) * network.columns);
      prefixes.push(network.read(part).probabilities);
    }
    if (prefixes.length < network.rows) {
      this.work = setTimeout(() => this.readPrefixes(), 0);
    } else {
      this.drawPrefixes();
    }
  }

  /** The layer, and the number of its rows that are read, at the slider's position. */
  get place() {
    const step = Number(this.slider.value) - 1;
    return { layer: Math.floor(step / this.network.rows), count: (step % this.network.rows) + 1 };
  }

  draw() {
    if (this.image === null) return;
    const { network, page } = this;
    const { rows } = network;
    const { layer, count } = this.place;
    const colours = themeColours();
    drawImage(page.find("reading-image"), this.image, rows, network.columns);
    const isDone = Number(this.slider.value) === Number(this.slider.max);
    for (const map of this.maps) {
      const isRead = (row) =>
        map.layer < layer || (map.layer === layer && (map.direction === 1 ? row >= rows - count : row < count));
      const states = this.result.states[map.layer][map.direction];
      drawStates(map.canvas, states, rows, network.hidden, this.largest, colours, isRead);
      const values = { layer: map.layer + 1 };
      const name = page.text(["mapForward", "mapBackward"][map.direction], values);
      map.caption.textContent = name;
      map.canvas.setAttribute("aria-label", page.text("mapLabel", { map: name, units: network.hidden }));
      map.line.hidden = isDone || map.layer !== layer;
      this.mark(map.line, map.direction === 1 ? rows - count : count - 1);
    }
    for (const [direction, id] of ["forward-line", "backward-line"].entries()) {
      const line = page.find(id);
      line.hidden = isDone || direction >= network.directions;
      this.mark(line, direction === 1 ? rows - count : count - 1);
    }
    this.label();
    this.drawPrefixes();
  }

  /** Puts a frame around a row. */
  mark(line, row) {
    line.style.top = `calc(var(--cell) * ${row})`;
  }

  drawPrefixes() {
    const { network, page, prefixes } = this;
    if (this.image === null) return;
    drawProbabilities(page.find("prefixes"), prefixes, network.rows, network.classes.length, themeColours());
    const { count } = this.place;
    this.mark(page.find("prefix-line"), count - 1);
    const probabilities = prefixes[count - 1];
    const best = probabilities ? argmax(probabilities) : 0;
    page.find("prefix-answer").textContent = probabilities
      ? page.text("prefixAnswer", { count, name: network.classes[best], share: percent(probabilities[best]) })
      : "\u00a0";
  }

  /** Writes the texts that depend on the step. */
  label() {
    const { network, page } = this;
    const { rows } = network;
    const { layer, count } = this.place;
    const key = network.directions === 2 ? "stepBoth" : "stepForward";
    const text = page.text(key, { layer: layer + 1, count, rows, from: rows - count + 1 });
    page.find("step-text").textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
    page.find("play").textContent = page.text(this.motion?.matches ? "nextStep" : this.timer ? "pause" : "play");
  }

  play() {
    const [step, last] = [Number(this.slider.value), Number(this.slider.max)];
    const advance = (from) => { this.slider.value = from >= last ? 1 : from + 1; };
    if (this.motion.matches) {
      advance(step);
      this.draw();
      return;
    }
    if (step >= last) advance(step);
    this.timer = setInterval(() => {
      if (Number(this.slider.value) >= last) return this.pause();
      advance(Number(this.slider.value));
      this.draw();
    }, 110);
    this.draw();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    if (this.image) this.label();
  }
}
