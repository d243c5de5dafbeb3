// Draws the curves of a chart on a canvas: at most four points a series and column of pixels, so that long runs draw quickly.

import { colour } from "./dom.js";
import { Scale, firstIndex } from "./scale.js";

export const DASHES = [[], [7, 5], [2, 4], [11, 4, 2, 4]];

/** Draws a chart. Returns its scales. */
export function draw(canvas, { series, range, values, isLog, xText, xName, cursor, selection, lines = [] }) {
  const ratio = Math.max(1, devicePixelRatio || 1);
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (width === 0 || height === 0) return null;
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  const y = new Scale(values[0], values[1], height - 38, 10, isLog);
  const yTicks = y.ticks(Math.max(2, Math.floor(height / 50)));
  const left = Math.ceil(Math.max(24, ...yTicks.map((tick) => context.measureText(tick.text).width))) + 10;
  const x = new Scale(range[0], range[1], left, width - 12);
  axes(context, { x, y, yTicks, left, width, height, xText, xName });
  context.save();
  context.beginPath();
  context.rect(left - 1, 4, width - left - 6, height - 36);
  context.clip();
  for (const line of lines) across(context, line, x, height, width);
  for (const one of series) {
    if (one.low) band(context, one, x, y);
  }
  for (const one of series) curve(context, one, x, y);
  if (selection) {
    context.fillStyle = colour("--accent");
    context.globalAlpha = 0.15;
    context.fillRect(Math.min(...selection), 0, Math.abs(selection[1] - selection[0]), height);
    context.globalAlpha = 1;
  }
  if (cursor !== null) marks(context, series, cursor, x, y, height);
  context.restore();
  return { x, y, left, right: width - 12, bottom: height - 38 };
}

function axes(context, { x, y, yTicks, left, width, height, xText, xName }) {
  context.lineWidth = 1;
  context.fillStyle = colour("--quiet");
  context.strokeStyle = colour("--grid");
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const { value, text } of yTicks) {
    const place = Math.round(y.place(value)) + 0.5;
    if (place < 5 || place > height - 36) continue;
    context.beginPath();
    context.moveTo(left, place);
    context.lineTo(width - 12, place);
    context.stroke();
    context.fillText(text, left - 6, place);
  }
  context.textBaseline = "top";
  context.textAlign = "center";
  let end = -Infinity;
  for (const { value, text } of x.ticks(Math.max(2, Math.floor((width - left) / 75)))) {
    if (xText && !Number.isInteger(value)) continue;
    const label = xText ? xText(value) : text;
    const half = context.measureText(label).width / 2;
    const place = Math.min(Math.max(x.place(value), half + 2), width - half - 2);
    if (place - half < end + 8) continue;
    end = place + half;
    context.fillText(label, place, height - 32);
  }
  context.fillText(xName, (left + width - 12) / 2, height - 15);
  context.strokeStyle = colour("--axis");
  context.beginPath();
  context.moveTo(left - 0.5, 6);
  context.lineTo(left - 0.5, height - 37.5);
  context.lineTo(width - 12, height - 37.5);
  context.stroke();
}

/** Calls `point` for the points of a series in view: in each column of pixels the first, lowest, highest and last. */
function thinned({ x: places, y: values }, x, y, point, gap) {
  const start = Math.max(0, firstIndex(places, x.low) - 1);
  const end = Math.min(places.length, firstIndex(places, x.high) + 1);
  let column = null;
  let kept = [];
  const flush = () => {
    kept.sort((one, other) => one[0] - other[0]);
    let last = -1;
    for (const [index, at, value] of kept) {
      if (index !== last) point(at, value);
      last = index;
    }
    kept = [];
  };
  for (let index = start; index < end; index++) {
    const value = values[index];
    if (!Number.isFinite(value) || y.isLog && value <= 0) {
      flush();
      column = null;
      gap();
      continue;
    }
    const at = x.place(places[index]);
    const entry = [index, at, y.place(value)];
    if (Math.floor(at) !== column) {
      flush();
      column = Math.floor(at);
      kept = [entry, entry, entry, entry];
    } else {
      if (entry[2] < kept[1][2]) kept[1] = entry;
      if (entry[2] > kept[2][2]) kept[2] = entry;
      kept[3] = entry;
    }
  }
  flush();
}

function curve(context, series, x, y) {
  context.strokeStyle = context.fillStyle = colour(`--line-${series.colour % 8}`);
  context.lineWidth = series.isFaint ? 1 : 2;
  context.globalAlpha = series.isFaint ? 0.35 : 1;
  context.setLineDash(DASHES[(series.dash ?? 0) % DASHES.length]);
  context.lineJoin = "round";
  const alone = [];
  let [isOpen, length, last] = [false, 0, null];
  const gap = () => {
    if (length === 1) alone.push(last);
    [isOpen, length] = [false, 0];
  };
  context.beginPath();
  thinned(series, x, y, (at, value) => {
    if (isOpen) context.lineTo(at, value); else context.moveTo(at, value);
    [isOpen, length, last] = [true, length + 1, [at, value]];
  }, gap);
  gap();
  if (!series.isPoints) context.stroke();
  context.setLineDash([]);
  const dots = series.isPoints ? series.x.map((place, index) => [x.place(place), y.place(series.y[index])]) : alone;
  for (const [at, value] of dots) dot(context, at, value, series.isPoints ? 5 : 3);
  context.globalAlpha = 1;
}

function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function band(context, { x: places, low, high, colour: index }, x, y) {
  context.fillStyle = colour(`--line-${index % 8}`);
  context.globalAlpha = 0.18;
  context.beginPath();
  const known = places.map((_, at) => at).filter((at) => Number.isFinite(low[at]) && Number.isFinite(high[at]));
  for (const at of known) context.lineTo(x.place(places[at]), y.place(high[at]));
  for (const at of known.reverse()) context.lineTo(x.place(places[at]), y.place(low[at]));
  context.fill();
  context.globalAlpha = 1;
}

/** A line from top to bottom at a place, with its name at the right. */
function across(context, { x: place, name }, x, height, width) {
  const at = Math.round(x.place(place)) + 0.5;
  context.strokeStyle = colour("--axis");
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(at, 4);
  context.lineTo(at, height - 38);
  context.stroke();
  if (at + 6 + context.measureText(name).width > width - 12) return;
  context.fillStyle = colour("--quiet");
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillText(name, at + 6, 6);
}

/** The line at the cursor, and a dot on each curve. */
function marks(context, series, { x: place, points }, x, y, height) {
  context.strokeStyle = colour("--axis");
  context.setLineDash([3, 3]);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x.place(place), 4);
  context.lineTo(x.place(place), height - 38);
  context.stroke();
  context.setLineDash([]);
  for (const { series: one, index } of points) {
    const value = one.y[index];
    if (!Number.isFinite(value) || y.isLog && value <= 0) continue;
    context.fillStyle = colour("--surface");
    dot(context, x.place(one.x[index]), y.place(value), 5);
    context.fillStyle = colour(`--line-${one.colour % 8}`);
    dot(context, x.place(one.x[index]), y.place(value), 3.5);
  }
}
