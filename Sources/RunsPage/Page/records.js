// The records of a run's metrics.jsonl as series of points, with the digits of the file.

/** A number's text in the file where JavaScript writes it another way ("1e-05"). */
class Written extends Number {
  constructor(text) {
    super(text);
    this.text = text;
  }
}

/** Parses JSON and keeps the text of numbers that JavaScript writes with other digits. */
export function parseExactly(json) {
  return JSON.parse(json, (key, value, context) =>
    typeof value === "number" && context?.source !== undefined && String(value) !== context.source
      ? new Written(context.source) : value);
}

const AXES = new Set(["kind", "split", "epoch", "step", "seconds", "weights_sha256"]);
const NOT_FINITE = { nan: NaN, inf: Infinity, "-inf": -Infinity };

/** The points of one metric: of the steps or the epochs, on one split. */
class Series {
  constructor(metric, kind, split) {
    Object.assign(this, { metric, kind, split, key: `${kind}/${split}` });
    [this.steps, this.epochs, this.seconds, this.values] = [[], [], [], []];
    this.texts = new Map();
  }

  get length() { return this.values.length; }

  /** The value with all digits of metrics.jsonl. */
  text(index) { return this.texts.get(index) ?? String(this.values[index]); }

  append(step, epoch, seconds, value) {
    if (value instanceof Written || typeof value === "string") this.texts.set(this.length, value.text ?? value);
    this.steps.push(step);
    this.epochs.push(epoch);
    this.seconds.push(seconds);
    this.values.push(typeof value === "string" ? NOT_FINITE[value] ?? NaN : Number(value));
  }
}

export class Records {
  constructor() { this.clear(); }

  clear() {
    this.count = 0;
    this.version = (this.version ?? 0) + 1;
    /** Series by metric: Map of name to Map of "kind/split" to Series. */
    this.metrics = new Map();
    // Seconds at the start of the epoch, and of the windows of steps since then.
    [this.before, this.within] = [0, 0];
  }

  /** Appends the records from an index on; from 0 replaces all. Returns whether some are missing in between. */
  receive(from, records) {
    if (from === 0) this.clear();
    if (from > this.count) return false;
    for (const record of records.slice(this.count - from)) this.append(record);
    this.version += 1;
    return true;
  }

  append(record) {
    this.count += 1;
    const { kind, split } = record;
    if (typeof kind !== "string" || typeof split !== "string") return;
    const [step, seconds] = [Number(record.step), Number(record.seconds ?? 0) || 0];
    if (kind === "step") this.within += seconds;
    else if (kind === "epoch" && split === "train") [this.before, this.within] = [this.before + seconds, 0];
    const epoch = kind === "step" ? Number(record.epoch) : Number(record.epoch) + 1;
    if (kind === "epoch" && epoch > 0) this.stepsPerEpoch = step / epoch;
    for (const [name, value] of Object.entries(record)) {
      if (AXES.has(name)) continue;
      this.series(name, kind, split).append(step, epoch, this.before + this.within, value);
    }
  }

  series(name, kind, split) {
    let metric = this.metrics.get(name);
    if (!metric) this.metrics.set(name, metric = new Map());
    const key = `${kind}/${split}`;
    let series = metric.get(key);
    if (!series) metric.set(key, series = new Series(name, kind, split));
    return series;
  }

  /** The places of a series' points on an axis: "step", "epoch" or "seconds". */
  places(series, axis, stepsPerEpoch) {
    if (axis === "step") return series.steps;
    if (axis === "seconds") return series.seconds;
    const each = stepsPerEpoch ?? this.stepsPerEpoch;
    return each && series.kind === "step" ? series.steps.map((step) => step / each) : series.epochs;
  }
}
