// Pictures of the time view: maps of states and gates, bars of probabilities, and the norms of gradients.

import { colour, h, svg } from "./dom.js";
import { short } from "./numbers.js";

/** Loads the style sheet of the draw and time views once. */
export function useStyles() {
  if (document.querySelector("link[data-name=time]")) return;
  document.head.append(h("link", { rel: "stylesheet", href: "/page/time.css", "data-name": "time" }));
}

/** The red, green and blue of a colour of page.css. */
function parts(name, other) {
  const canvas = parts.canvas ??= h("canvas", { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = other;
  canvas.fillStyle = colour(name) || other;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

/** Draws numbers, [row][column], as colours: negative, zero, positive; `most` has the full colour. */
export function drawMap(canvas, rows, most) {
  const [zero, positive, negative] = [parts("--zero", "#f4f4f4"), parts("--positive", "#c8501e"), parts("--negative", "#1e6fc8")];
  const width = rows[0]?.length ?? 1;
  [canvas.width, canvas.height] = [width, rows.length];
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, rows.length);
  rows.flat().forEach((value, index) => {
    const share = Math.min(1, Math.abs(value) / most) || 0;
    const end = value < 0 ? negative : positive;
    image.data.set([...zero.map((part, place) => part + share * (end[place] - part)), 255], 4 * index);
  });
  context.putImageData(image, 0, 0);
}

/** The largest magnitude of numbers in nested arrays. */
export function largest(values) {
  return values.flat(Infinity).reduce((most, value) => (Math.abs(value) > most ? Math.abs(value) : most), 0);
}

/** Bars of the classes, all of a few, the most probable of many. */
export function bars(context, { probabilities, predicted, image, class_names: names }) {
  const order = probabilities.map((_, index) => index);
  if (order.length > 12) order.sort((one, other) => probabilities[other] - probabilities[one]).splice(8);
  return h("ol", { class: "time-bars", role: "list", "aria-label": context.text("timeProbabilities") }, order.map((index) => {
    const share = `${(100 * probabilities[index]).toFixed(1)}\u00a0%`;
    const bar = h("span", { class: "time-bar" });
    bar.style.width = `${100 * probabilities[index]}%`;
    const marks = [index === predicted ? "best" : "", index === image.label ? "right" : ""].join(" ");
    return h("li", { class: marks }, h("span", { class: "name" }, names[index]),
      h("span", { class: "track", "aria-hidden": "true" }, bar), h("span", { class: "value" }, share));
  }));
}

/** The powers of ten of the axis of norms: from the smallest norm that is not 0 to the largest. */
export function normRange(answers) {
  const norms = answers.flatMap((answer) => answer.layers.flatMap(({ directions }) =>
    directions.flatMap(({ gradient_norms: values }) => values))).filter((value) => value > 0 && Number.isFinite(value));
  if (norms.length === 0) return [-1, 0];
  const [low, high] = [Math.floor(Math.log10(Math.min(...norms))), Math.ceil(Math.log10(Math.max(...norms)))];
  return [low, high > low ? high : low + 1];
}

/** The name of a direction of a layer. */
export function directionName(context, layer, direction, count) {
  return context.text(count === 1 ? "timeLayer" : direction === 0 ? "timeLayerForward" : "timeLayerBackward", { layer: layer + 1 });
}

/**
 * The norm of the gradient of the loss with respect to the hidden state of each row, as lines on a logarithmic axis, and as a
 * table.
 */
export function normChart(context, { layers }, [low, high], cursor) {
  const [width, height, left, bottom] = [420, 190, 44, 26];
  const series = layers.flatMap(({ directions }, layer) => directions.map((values, direction) => ({
    name: directionName(context, layer, direction, directions.length), norms: values.gradient_norms, isBackward: direction === 1,
  })));
  const count = series[0].norms.length;
  const x = (row) => left + ((width - left - 8) * row) / Math.max(1, count - 1);
  const y = (norm) => 8 + ((height - bottom - 8) * (high - Math.log10(norm))) / (high - low);
  const every = Math.ceil((high - low) / 6);
  const powers = Array.from({ length: high - low + 1 }, (_, index) => low + index).filter((power) => (high - power) % every === 0);
  const line = ({ norms, isBackward }, place) => svg("polyline", {
    class: `time-line time-line-${place % 6}${isBackward ? " dashed" : ""}`,
    points: norms.map((norm, row) => [row, norm]).filter(([, norm]) => norm > 0 && Number.isFinite(norm))
      .map(([row, norm]) => `${x(row).toFixed(1)},${y(norm).toFixed(1)}`).join(" "),
  });
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "time-norms", role: "img", "aria-label": summary(context, series) },
    powers.flatMap((power) => [
      svg("line", { class: "grid", x1: left, x2: width - 8, y1: y(10 ** power), y2: y(10 ** power) }),
      svg("text", { x: left - 6, y: y(10 ** power) + 4, "text-anchor": "end" }, "10", svg("tspan", { dy: -4, "font-size": "8" }, String(power).replace("-", "−"))),
    ]),
    cursor === null ? null : svg("line", { class: "cursor", x1: x(cursor), x2: x(cursor), y1: 8, y2: height - bottom }),
    series.map(line),
    svg("text", { x: left - 14, y: height - 8, "text-anchor": "end" }, context.text("timeRow")),
    [0, Math.floor((count - 1) / 2), count - 1].map((row) => svg("text", { x: x(row), y: height - 8, "text-anchor": "middle" }, String(row))),
  );
  const legend = h("ul", { class: "time-legend", role: "list" }, series.map(({ name, isBackward }, place) => h("li", {},
    svg("svg", { viewBox: "0 0 24 8", class: "time-key", "aria-hidden": "true" }, svg("polyline", { class: `time-line time-line-${place % 6}${isBackward ? " dashed" : ""}`, points: "0,4 24,4" })), name)));
  return h("div", {}, chart, legend, table(context, series));
}

function summary(context, series) {
  return series.map(({ name, norms }) => context.text("timeNormSummary", {
    name, first: short(norms[0], 2), last: short(norms[norms.length - 1], 2),
  })).join(" ");
}

function table(context, series) {
  return h("details", {}, h("summary", {}, context.text("asTable")),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": context.text("timeNorms") },
      h("table", { class: "numbers" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, context.text("timeRow")), series.map(({ name }) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, series[0].norms.map((_, row) => h("tr", {}, h("th", { scope: "row" }, String(row)),
          series.map(({ norms }) => h("td", {}, short(norms[row], 3)))))))));
}
