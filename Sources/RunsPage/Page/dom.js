// Elements of the page. Text is always text: no string becomes markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), value);
    else if (name === "value" || name === "checked") node[name] = value;
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...present(children));
  return node;
}

/** The children that are there: null, undefined and false are left out. */
function present(children) { return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false); }

/** Replaces the children of an element. */
export function put(node, ...children) {
  node.replaceChildren(...present(children));
}

/** Makes an element: h("button", {type: "button", onclick: stop}, "Stop"). */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** Makes an element of a drawing. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** A label above a control. */
export function field(label, control, className = "") {
  return h("label", { class: `field ${className}` }, h("span", {}, label), control);
}

/** A list of choices: [{value, label}]. */
export function select(choices, value, onchange, attributes = {}) {
  const node = h("select", { ...attributes, onchange: () => onchange(node.value) });
  node.append(...choices.map((choice) => h("option", { value: choice.value }, choice.label)));
  node.value = value;
  return node;
}

/** A table of texts and elements. `numbers`: the first column is text, the others are numbers. */
export function table(heads, rows, className = "", caption = null) {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption ?? heads.filter(Boolean).join(", ") },
    h("table", { class: className }, caption && h("caption", { class: "spoken" }, caption),
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows.map(([first, ...others]) => h("tr", {},
        h("th", { scope: "row" }, first), others.map((cell) => h("td", {}, cell)))))));
}

/** Draws grey pixels in base64 as a canvas. */
export function picture({ rows, columns, pixels }, label) {
  const canvas = h("canvas", { class: "pixels", width: columns, height: rows, role: "img", "aria-label": label });
  const drawing = canvas.getContext("2d");
  const image = drawing.createImageData(columns, rows);
  const bytes = atob(pixels);
  for (let index = 0; index < rows * columns; index++) {
    const grey = bytes.charCodeAt(index) || 0;
    image.data.set([grey, grey, grey, 255], 4 * index);
  }
  drawing.putImageData(image, 0, 0);
  return canvas;
}

/** The value of a colour of page.css. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Runs a function at the next frame of the screen, once for all calls before it. */
export function atNextFrame(run) {
  let frame = null;
  return () => {
    frame ??= requestAnimationFrame(() => { frame = null; run(); });
  };
}
