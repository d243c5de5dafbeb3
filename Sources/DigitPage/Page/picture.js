// A picture during the search for its digit, as DigitPicture.swift and PictureFrame.swift have it.

class DigitPicture {
  static size(width, height, longest) {
    const scale = Math.min(1, longest / Math.max(width, height));
    return [Math.max(1, rounded(width * scale)), Math.max(1, rounded(height * scale))];
  }

  constructor(width, height, grey) {
    [this.width, this.height] = DigitPicture.size(width, height, 512);
    this.values = new Resampling(width, height, this.width, this.height).apply(grey);
    this.contrast = 0;
  }

  copy() {
    return Object.assign(Object.create(DigitPicture.prototype), this, { values: this.values.slice() });
  }

  border() {
    const { width, height, values } = this;
    const border = new GreyHistogram();
    for (let column = 0; column < width; column++) {
      border.add(values[column]);
      border.add(values[(height - 1) * width + column]);
    }
    for (let row = 0; row < height; row++) {
      border.add(values[row * width]);
      border.add(values[row * width + width - 1]);
    }
    return border;
  }

  /** Returns whether the digit is lighter than its background, and measures the contrast. */
  isLight(given) {
    const border = this.border();
    const background = border.atRank(half(border.count));
    const all = new GreyHistogram(this.values);
    const rest = Math.trunc(all.count / 2000);
    const [highest, lowest] = [all.atRank(all.count - 1 - rest), all.atRank(rest)];
    this.contrast = highest - lowest;
    return given === "auto" ? highest - background > background - lowest : given === "light-on-dark";
  }

  crop({ left, right, top, bottom }) {
    const [width, height] = [right - left + 1, bottom - top + 1];
    const values = new Float32Array(width * height);
    for (let row = 0; row < height; row++) {
      const start = (top + row) * this.width + left;
      values.set(this.values.subarray(start, start + width), row * width);
    }
    Object.assign(this, { width, height, values });
  }

  cutFrames(polarity) {
    let isCut = false;
    for (let count = 0; count < 4; count++) {
      const inside = this.insideOfFrame(polarity);
      if (!inside) break;
      this.crop(inside);
      isCut = true;
    }
    return isCut;
  }

  insideOfFrame(polarity) {
    const { width, height } = this;
    const pair = (first, second) => {
      const [one, other] = [this.band(first), this.band(second)];
      if (!one || !other || !(Math.abs(float(one.shade - other.shade)) < 16)) return null;
      return [one.depth, other.depth, one.shade];
    };
    const [vertical, horizontal] = [pair("top", "bottom"), pair("left", "right")];
    if (!vertical && !horizontal) return null;
    const [top, bottom] = vertical ?? [0, 0];
    const [left, right] = horizontal ?? [0, 0];
    if (4 * (height - top - bottom) < height || 4 * (width - left - right) < width) return null;
    const shade = (vertical ?? horizontal)[2];
    const inside = { left, right: width - 1 - right, top, bottom: height - 1 - bottom };
    const greys = this.greys(inside);
    const page = greys.atRank(half(greys.count));
    if (!(Math.abs(float(page - shade)) >= leastContrast)) return null;
    if (polarity !== "auto" && (polarity === "dark-on-light") !== page > shade) return null;
    if (
      20 * Math.max(top, bottom, left, right) > Math.max(width, height) &&
      greys.atRank(greys.count - 1) - greys.atRank(0) < leastContrast
    ) return null;
    const edges = [...(vertical ? ["top", "bottom"] : []), ...(horizontal ? ["left", "right"] : [])];
    for (const edge of edges) {
      let steps = Math.max(3, Math.trunc(Math.max(width, height) / 50));
      while (!this.isPage(edge, inside, page)) {
        steps--;
        if (steps < 0 || inside.bottom <= inside.top || inside.right <= inside.left) return null;
        inside[edge] += edge === "top" || edge === "left" ? 1 : -1;
      }
    }
    return inside;
  }

  band(edge) {
    const { width, height } = this;
    const isHorizontal = edge === "top" || edge === "bottom";
    const count = isHorizontal ? height : width;
    const line = (depth) => {
      const place = edge === "top" || edge === "left" ? depth : count - 1 - depth;
      if (isHorizontal) return this.values.subarray(place * width, (place + 1) * width);
      return Float32Array.from({ length: height }, (_, row) => this.values[row * width + place]);
    };
    const first = line(0).slice().sort();
    const shade = first[half(first.length)];
    for (let depth = 0; depth < count; depth++) {
      let [same, other] = [0, 0];
      const values = line(depth);
      for (const value of values) {
        const distance = Math.abs(float(value - shade));
        if (distance < 16) same++;
        if (distance >= leastContrast) other++;
      }
      if (10 * same >= 9 * values.length) continue;
      const isBand = depth > 0 && 2 * (values.length - same) >= values.length && 2 * (other + same) >= values.length;
      return isBand ? { shade, depth } : null;
    }
    return null;
  }

  greys({ left, right, top, bottom }) {
    const greys = new GreyHistogram();
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) greys.add(this.values[row * this.width + column]);
    }
    return greys;
  }

  isPage(edge, box, page) {
    const opposite = { top: "bottom", bottom: "top", left: "right", right: "left" }[edge];
    const greys = this.greys({ ...box, [opposite]: box[edge] });
    return 100 * greys.near(page, leastContrast) >= 95 * greys.count;
  }

  surround() {
    const border = this.border();
    const background = border.atRank(half(border.count));
    const even = border.near(background, 12);
    if (10 * even < 6 * border.count || !(even < border.count || this.fillsFrame(background))) return;
    const { width, height, values } = this;
    const margin = half(Math.max(width, height));
    const [outer, outerHeight] = [width + 2 * margin, height + 2 * margin];
    const surrounded = new Float32Array(outer * outerHeight).fill(background);
    for (let row = 0; row < height; row++) {
      surrounded.set(values.subarray(row * width, (row + 1) * width), (row + margin) * outer + margin);
    }
    Object.assign(this, { width: outer, height: outerHeight, values: surrounded });
  }

  fillsFrame(background) {
    const { width, height, values } = this;
    let [left, right, top, bottom] = [width, 0, height, 0];
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        if (!(Math.abs(float(values[row * width + column] - background)) >= leastContrast)) continue;
        [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
        [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
      }
    }
    return 100 * (right - left) >= 85 * width || 100 * (bottom - top) >= 85 * height;
  }

  hasAspectRatio(columns, rows) {
    const [across, down] = [this.width * rows, this.height * columns];
    return Math.abs(across - down) <= 0.02 * Math.max(across, down);
  }

  scaled(columns, rows) {
    const step = Math.max(this.width / columns, this.height / rows);
    const across = Math.min(columns, Math.max(1, rounded(this.width / step)));
    const down = Math.min(rows, Math.max(1, rounded(this.height / step)));
    const border = this.border();
    const background = clamped(border.atRank(half(border.count)), 0, 255);
    const scaled = new Resampling(this.width, this.height, across, down).apply(this.values);
    const pixels = new Uint8Array(rows * columns).fill(background);
    const [top, left] = [half(rows - down), half(columns - across)];
    for (let row = 0; row < down; row++) {
      for (let column = 0; column < across; column++) {
        pixels[(top + row) * columns + left + column] = clamped(rounded(scaled[row * across + column]), 0, 255);
      }
    }
    return pixels;
  }

  subtractBackground() {
    const { width, height, values } = this;
    const [across, down] = DigitPicture.size(width, height, 48);
    const reach = Math.trunc(Math.max(across, down) / 5);
    const coarse = new Resampling(width, height, across, down).apply(values);
    const lowest = DigitPicture.lowest(coarse, across, down, reach).map((value) => -value);
    const opened = DigitPicture.lowest(lowest, across, down, reach).map((value) => -value);
    const background = new Resampling(across, down, width, height).apply(opened);
    for (let index = 0; index < values.length; index++) values[index] -= background[index];
  }

  static lowest(values, width, height, reach) {
    const along = (source, count, step, lines, lineStep) => {
      const output = source.slice();
      for (let line = 0; line < lines; line++) {
        for (let place = 0; place < count; place++) {
          let lowest = Infinity;
          const last = Math.min(count - 1, place + reach);
          for (let other = Math.max(0, place - reach); other <= last; other++) {
            lowest = Math.min(lowest, source[line * lineStep + other * step]);
          }
          output[line * lineStep + place * step] = lowest;
        }
      }
      return output;
    };
    return along(along(values, width, 1, height, width), height, width, width, 1);
  }

  /** Sets all pixels outside the digit to zero. Returns its box and the number of its pieces; null without contrast. */
  isolateDigit(isLight) {
    if (!isLight) this.values = this.values.map((value) => 255 - value);
    this.surround();
    this.subtractBackground();
    const { width, height, values } = this;
    const all = new GreyHistogram(values);
    const quarter = all.atRank(Math.trunc(all.count / 4));
    const noise = quarter + 4 * (quarter - all.atRank(Math.trunc(all.count / 20)));
    const peak = all.atRank(all.count - 1 - Math.trunc(all.count / 2000));
    this.contrast = Math.max(0, peak - noise);
    if (peak - noise < leastContrast) return null;

    const pieces = new InkPieces(values, width, height, Math.max(noise, float(peak / 10)));
    const largest = pieces.all.reduce((most, { area, peak: own }) => (own >= peak / 2 ? Math.max(most, area) : most), 0);
    const kept = pieces.all.map(({ area, peak: own }) => own >= peak / 2 && 50 * area >= largest);
    const box = pieces.box(kept);
    if (!box) return null;

    const ink = new GreyHistogram();
    pieces.labels.forEach((label, index) => {
      if (label >= 0 && kept[label]) ink.add(values[index]);
    });
    const full = Math.max(ink.atRank(Math.trunc((ink.count * 9) / 10)), noise + leastContrast / 2);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const index = row * width + column;
        const isInside = box.left <= column && column <= box.right && box.top <= row && row <= box.bottom;
        const isKept = pieces.labels[index] < 0 || kept[pieces.labels[index]];
        const value = Math.max(0, float(values[index] - noise)) / (full - noise);
        values[index] = isInside && isKept ? Math.min(1, float(value)) : 0;
      }
    }
    return { box, pieceCount: pieces.countSideBySide(kept) };
  }

  pieceCount(isLight) {
    return this.copy().isolateDigit(isLight)?.pieceCount ?? 0;
  }
}
