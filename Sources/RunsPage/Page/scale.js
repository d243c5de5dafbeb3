// Axes: from values to places on the screen, and the ticks.

import { short } from "./numbers.js";

export class Scale {
  /** - low, high: values; from, to: places of these on the screen in pixels. */
  constructor(low, high, from, to, isLog = false) {
    Object.assign(this, { low, high, from, to, isLog });
    [this.first, this.last] = isLog ? [Math.log10(low), Math.log10(high)] : [low, high];
    this.factor = (to - from) / (this.last - this.first || 1);
  }

  place(value) { return this.from + ((this.isLog ? Math.log10(value) : value) - this.first) * this.factor; }

  value(place) {
    const value = this.first + (place - this.from) / this.factor;
    return this.isLog ? 10 ** value : value;
  }

  /** Ticks with their texts: about `count`. */
  ticks(count) {
    return this.isLog && this.last - this.first >= 1 ? this.decades(count) : this.even(count);
  }

  even(count) {
    const step = niceStep((this.high - this.low) / Math.max(1, count));
    const ticks = [];
    const digits = Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9)));
    for (let index = Math.ceil(this.low / step - 1e-9); index * step <= this.high + step * 1e-9; index++) {
      const value = index * step;
      if (this.isLog && value <= 0) continue;
      const isPlain = Math.abs(value) < 1e6 && step >= 1e-5;
      const text = isPlain ? value.toFixed(digits).replace(/^-(?=0\.?0*$)/, "").replace(/^-/, "−") : short(value, 3);
      ticks.push({ value, text: isPlain && Math.abs(value) >= 10000 ? grouped(text) : text });
      if (ticks.length > 50) break;
    }
    return ticks;
  }

  decades(count) {
    const step = Math.max(1, Math.ceil((this.last - this.first) / Math.max(1, count)));
    const ticks = [];
    for (let power = Math.ceil(this.first - 1e-9); power <= this.last + 1e-9; power += step) {
      const value = 10 ** power;
      ticks.push({ value, text: power >= -4 && power <= 5 ? String(Number(value.toPrecision(1))) : `1e${power}` });
      if (step > 1 || this.last - this.first > 3) continue;
      for (const factor of [2, 5]) {
        if (value * factor <= this.high) ticks.push({ value: value * factor, text: short(value * factor, 1) });
      }
    }
    for (const factor of step === 1 && this.last - this.first <= 3 ? [2, 5] : []) {
      const value = factor * 10 ** Math.floor(this.first);
      if (value >= this.low && !ticks.some((tick) => tick.value === value)) ticks.push({ value, text: short(value, 1) });
    }
    return ticks;
  }
}

function grouped(text) { return text.replace(/\B(?=(\d{3})+(?!\d))/g, ","); }

function niceStep(size) {
  if (!(size > 0) || !Number.isFinite(size)) return 1;
  const power = 10 ** Math.floor(Math.log10(size));
  return [1, 2, 5, 10].find((factor) => factor * power >= size * 0.999) * power;
}

/** The index of the first place that is not before `x`, in ascending places. */
export function firstIndex(places, x) {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle] < x) low = middle + 1; else high = middle;
  }
  return low;
}

/** The index of the nearest place; -1 of none. */
export function nearestIndex(places, x) {
  const index = firstIndex(places, x);
  if (index === 0 || index < places.length && places[index] - x < x - places[index - 1]) return places.length ? index : -1;
  return index - 1;
}

/** The range of values of series in a range of x, with some space around. Nothing but finite values count. */
export function valueRange(lists, [from, to], isLog) {
  let [low, high] = [Infinity, -Infinity];
  for (const { x, y } of lists) {
    const end = Math.min(x.length, firstIndex(x, to) + 1);
    for (let index = Math.max(0, firstIndex(x, from) - 1); index < end; index++) {
      const value = y[index];
      if (!Number.isFinite(value) || isLog && value <= 0) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return isLog ? [0.1, 1] : [0, 1];
  // A smoothed constant differs from itself by rounding.
  if (high - low <= 1e-9 * Math.max(Math.abs(low), Math.abs(high))) return isLog ? [low / 2, high * 2] : [low - (Math.abs(low) || 1) * 0.1, high + (Math.abs(high) || 1) * 0.1];
  if (isLog) return [low / (high / low) ** 0.04, high * (high / low) ** 0.04];
  return [low - (high - low) * 0.04, high + (high - low) * 0.04];
}
