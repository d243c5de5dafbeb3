// The preparation of a drawing, as DigitNormalizer.swift prepares a picture: the same steps in the same 32-bit
// arithmetic, so that the network reads the same bytes as in the program. Comments on the method are there.

const float = Math.fround;

/** Rounds to the nearest integer, halves away from zero. */
function rounded(value) {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

const half = (value) => Math.trunc(value / 2);
const clamped = (value, low, high) => Math.min(high, Math.max(low, value));

class Resampling {
  constructor(width, height, columns, rows, place = {}) {
    const { left = 0, top = 0, columnStep = width / columns, rowStep = height / rows } = place;
    [this.width, this.height] = [width, height];
    this.columns = Resampling.axis(left, columnStep, columns, width);
    this.rows = Resampling.axis(top, rowStep, rows, height);
  }

  /** The first old position and the following weights for each new position along one axis. */
  static axis(start, step, count, limit) {
    return Array.from({ length: count }, (_, index) => {
      const center = start + (index + 0.5) * step;
      const reach = step >= 1 ? step / 2 : 1;
      const first = Math.max(0, Math.floor(center - reach - 0.5));
      const last = Math.min(limit - 1, Math.ceil(center + reach + 0.5));
      const weights = [];
      let sum = 0;
      for (let position = first; position <= last; position++) {
        const low = Math.max(center - step / 2, position);
        const high = Math.min(center + step / 2, position + 1);
        const weight =
          step >= 1 ? Math.max(0, high - low) / step : Math.max(0, 1 - Math.abs(position + 0.5 - center));
        weights.push(float(weight));
        sum = float(sum + float(weight));
      }
      const isDivided = step < 1 && sum > 0;
      return { first, weights: isDivided ? weights.map((weight) => float(weight / sum)) : weights };
    });
  }

  apply(pixels) {
    const across = this.columns.length;
    const output = new Float32Array(this.rows.length * across);
    const sums = new Float32Array(this.width);
    this.rows.forEach((row, place) => {
      sums.fill(0);
      row.weights.forEach((weight, offset) => {
        if (!(weight > 0)) return;
        const start = (row.first + offset) * this.width;
        for (let column = 0; column < this.width; column++) {
          sums[column] += float(weight * pixels[start + column]);
        }
      });
      this.columns.forEach(({ first, weights }, column) => {
        let sum = 0;
        for (let index = 0; index < weights.length; index++) {
          sum = float(sum + float(weights[index] * sums[first + index]));
        }
        output[place * across + column] = sum;
      });
    });
    return output;
  }
}

/** A histogram of values rounded to whole numbers from -255 to 255. */
class GreyHistogram {
  constructor(values = []) {
    this.counts = new Int32Array(511);
    this.count = 0;
    for (const value of values) this.add(value);
  }

  add(value) {
    this.counts[clamped(rounded(value) + 255, 0, 510)]++;
    this.count++;
  }

  near(value, distance) {
    let sum = 0;
    const last = clamped(value + distance + 255, 0, 510);
    for (let index = clamped(value - distance + 255, 0, 510); index <= last; index++) sum += this.counts[index];
    return sum;
  }

  atRank(rank) {
    let rest = rank;
    for (let index = 0; index < 511; index++) {
      if (rest < this.counts[index]) return index - 255;
      rest -= this.counts[index];
    }
    return 255;
  }
}

/** The connected components of the pixels above a threshold. */
class InkPieces {
  constructor(values, width, height, threshold) {
    this.all = [];
    this.labels = new Int32Array(values.length).fill(-1);
    for (let start = 0; start < values.length; start++) {
      if (!(values[start] > threshold) || this.labels[start] >= 0) continue;
      const label = this.all.length;
      const piece = { area: 0, peak: 0, left: width, right: -1, top: height, bottom: -1 };
      const open = [start];
      this.labels[start] = label;
      while (open.length > 0) {
        const index = open.pop();
        const [column, row] = [index % width, Math.trunc(index / width)];
        piece.area++;
        piece.peak = Math.max(piece.peak, values[index]);
        [piece.left, piece.right] = [Math.min(piece.left, column), Math.max(piece.right, column)];
        [piece.top, piece.bottom] = [Math.min(piece.top, row), Math.max(piece.bottom, row)];
        for (let nextRow = Math.max(0, row - 1); nextRow <= Math.min(height - 1, row + 1); nextRow++) {
          for (let nextColumn = Math.max(0, column - 1); nextColumn <= Math.min(width - 1, column + 1); nextColumn++) {
            const next = nextRow * width + nextColumn;
            if (!(values[next] > threshold) || this.labels[next] >= 0) continue;
            this.labels[next] = label;
            open.push(next);
          }
        }
      }
      this.all.push(piece);
    }
  }

  static isFramed(piece, frame) {
    return (
      frame.left < piece.left && piece.right < frame.right && frame.top < piece.top && piece.bottom < frame.bottom &&
      4 * (piece.bottom - piece.top + 1) >= frame.bottom - frame.top + 1
    );
  }

  /** The number of large pieces that are beside or above each other. */
  countSideBySide(chosen) {
    const pieces = this.all.filter((_, index) => chosen[index]);
    const others = pieces.filter((frame) => !pieces.some((piece) => InkPieces.isFramed(piece, frame)));
    const height = (piece) => piece.bottom - piece.top + 1;
    const highest = others.reduce((most, piece) => Math.max(most, height(piece)), 0);
    const largest = others.reduce((most, piece) => Math.max(most, piece.area), 0);
    const large = others.filter((piece) => 2 * height(piece) >= highest && 8 * piece.area >= largest);
    const beside = InkPieces.groupCount(large.map((piece) => [piece.left, piece.right]));
    const framed = pieces.length - others.length;
    if (beside > 1 || large.length === 0) return framed + beside;
    return framed + InkPieces.groupCount(large.map((piece) => [piece.top, piece.bottom]));
  }

  static groupCount(ranges) {
    let [count, end] = [0, null];
    for (const [low, high] of [...ranges].sort((one, other) => one[0] - other[0])) {
      const overlap = end === null ? 0 : end - low + 1;
      if (5 * overlap <= high - low + 1) count++;
      end = end === null ? high : Math.max(end, high);
    }
    return count;
  }

  box(chosen) {
    const pieces = this.all.filter((_, index) => chosen[index]);
    if (pieces.length === 0) return null;
    return pieces.reduce((box, piece) => ({
      left: Math.min(box.left, piece.left), right: Math.max(box.right, piece.right),
      top: Math.min(box.top, piece.top), bottom: Math.max(box.bottom, piece.bottom),
    }));
  }
}

const leastContrast = 24;
