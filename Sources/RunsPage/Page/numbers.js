// Numbers and times as people read them.

/** A number with a few digits, for figures and axes; curves show all digits on hover. */
export function short(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return minus(value.toExponential(Math.max(0, digits - 1)).replace("e+", "e"));
  return minus(size >= Math.min(1000, 10 ** digits) ? value.toFixed(0) : value.toPrecision(digits));
}

function minus(text) { return text.replace(/^-/, "−"); }

/** The value of a metric: accuracy in percent with two places. */
export function metricValue(name, value, unit = null) {
  if (value === null || value === undefined) return "–";
  const isPercent = unit === "%" || (unit === null && /accuracy/.test(name ?? ""));
  if (isPercent && Number.isFinite(value)) return `${value.toFixed(2)}\u00a0%`;
  return short(value);
}

/** A mean and its deviation in as many decimal places: "79.67 ± 4.04". */
export function spread(value, name = null) {
  if (!value || !Number.isFinite(value.mean)) return "–";
  const mean = metricValue(name, value.mean);
  return Number.isFinite(value.deviation) ? `${mean} ± ${like(mean, value.deviation)}` : mean;
}

/** A number in as many decimal places as another one that is shown. */
export function like(shown, value) {
  return shown.includes("e") ? short(value, 2) : value.toFixed(/\.(\d+)/.exec(shown)?.[1].length ?? 0);
}

export function count(value) { return Number.isFinite(value) ? value.toLocaleString("en-US") : "–"; }

/** "1 h 02 min", "3 min 20 s", "8.4 s", in the language's words. */
export function duration(seconds, text) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds > 0 && seconds < 0.1) return text("seconds", { seconds: "< 0.1" });
  if (seconds < 60) return text("seconds", { seconds: seconds < 10 ? seconds.toFixed(1) : Math.round(seconds) });
  const whole = Math.round(seconds);
  if (whole < 3600) return text("minutes", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  return text("hours", { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
}

// Made once: making one takes longer than the rest of a row of the list.
const PARTS = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" };
const [ENGLISH, KOREAN] = ["en-GB", "ko-KR"].map((locale) => new Intl.DateTimeFormat(locale, PARTS));

/** A moment in the reader's time zone. */
export function moment(time, language) {
  const date = new Date(time ?? NaN);
  if (Number.isNaN(date.getTime())) return "–";
  return (language === "ko" ? KOREAN : ENGLISH).format(date);
}

export function bytes(value) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let [size, unit] = [value, 0];
  while (size >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** The exponential moving average with bias correction: the first values are not drawn to 0. */
export function smoothed(values, weight) {
  if (!(weight > 0)) return values;
  const result = new Array(values.length);
  let [sum, share] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (Number.isFinite(value)) {
      sum = weight * sum + (1 - weight) * value;
      share = weight * share + (1 - weight);
      result[index] = sum / share;
    } else {
      result[index] = value;
    }
  }
  return result;
}
