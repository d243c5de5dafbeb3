// A drawing as strokes and as grey pixels. The pixels are computed here, not read from a canvas: browsers that protect
// against fingerprinting change what they read from a canvas.

class Drawing {
  /** A drawing of `rows` × `columns` pixels of the network, each of `scale` × `scale` pixels. */
  constructor(rows, columns, scale) {
    [this.width, this.height] = [columns * scale, rows * scale];
    this.radius = Math.max(1, 0.042 * Math.max(this.width, this.height));
    this.clear();
  }

  clear() {
    this.strokes = [];
    this.ink = new Uint8Array(this.width * this.height);
  }

  get isEmpty() { return this.strokes.length === 0; }

  begin(point) {
    this.strokes.push([point]);
    this.cover(point, point);
  }

  extend(point) {
    const stroke = this.strokes.at(-1);
    this.cover(stroke.at(-1), point);
    stroke.push(point);
  }

  undo() {
    const strokes = this.strokes.slice(0, -1);
    this.clear();
    this.strokes = strokes;
    for (const stroke of strokes) stroke.forEach((point, index) => this.cover(stroke[Math.max(0, index - 1)], point));
  }

  /** Inks the pixels near the line between two points; a pixel at the edge is grey by the share that is covered. */
  cover(from, to) {
    const reach = this.radius + 1;
    const [across, down] = [to.x - from.x, to.y - from.y];
    const square = across * across + down * down;
    const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
    const right = Math.min(this.width - 1, Math.ceil(Math.max(from.x, to.x) + reach));
    const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
    const bottom = Math.min(this.height - 1, Math.ceil(Math.max(from.y, to.y) + reach));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const [x, y] = [column + 0.5 - from.x, row + 0.5 - from.y];
        const share = square > 0 ? clamped((x * across + y * down) / square, 0, 1) : 0;
        const distance = Math.hypot(x - share * across, y - share * down);
        const value = Math.round(255 * clamped(this.radius + 0.5 - distance, 0, 1));
        const index = row * this.width + column;
        if (value > this.ink[index]) this.ink[index] = value;
      }
    }
  }
}
