// What a reader with low vision, a keyboard or a screen reader cannot use on a page: texts of low contrast, controls and
// pictures without a name. Returns a line for each problem.

() => {
  const problems = new Set();
  const isShown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && node.getClientRects().length > 0;
  const describe = (node) => `<${node.localName}${node.className?.baseVal === undefined && node.className ? ` class="${node.className}"` : ""}> ${node.textContent.trim().slice(0, 40)}`;

  // Contrast, as WCAG 2.2 defines it: 4.5 for text, 3 for large text.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = ([red, green, blue, alpha], below) => [red, green, blue].map((part, place) => alpha * part + (1 - alpha) * below[place]);
  const background = (node) => {
    if (!node) return [255, 255, 255];
    const colour = rgba(getComputedStyle(node).backgroundColor);
    return colour[3] === 1 ? colour.slice(0, 3) : over(colour, background(node.parentElement));
  };
  const luminance = (colour) => colour.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((first, second) => first - second);
    return (high + 0.05) / (low + 0.05);
  };
  const opacity = (node) => (node ? Number(getComputedStyle(node).opacity) * opacity(node.parentElement) : 1);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || !isShown(node) || node.closest(":disabled, .spoken, option, datalist, svg title, style, script")) continue;
    const style = getComputedStyle(node);
    const below = background(node);
    const colour = rgba(node.closest("svg") ? style.fill : style.color);
    const found = contrast(over([...colour.slice(0, 3), colour[3] * opacity(node)], below), below);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (found < least) problems.add(`contrast ${found.toFixed(2)}: ${describe(node)}`);
  }
  const variables = getComputedStyle(document.documentElement);
  const [surface, quiet] = ["--surface", "--quiet"].map((name) => rgba(variables.getPropertyValue(name)).slice(0, 3));
  if (contrast(quiet, surface) < 4.5) problems.add(`contrast ${contrast(quiet, surface).toFixed(2)}: texts of charts`);
  for (let index = 0; index < 8; index++) {
    const found = contrast(rgba(variables.getPropertyValue(`--line-${index}`)).slice(0, 3), surface);
    if (found < 3) problems.add(`contrast ${found.toFixed(2)}: --line-${index} of charts`);
  }

  // Names.
  const name = (node) => {
    const label = node.getAttribute("aria-label") ?? node.getAttribute("alt")
      ?? (node.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    if (label.trim()) return label;
    const labels = [...node.labels ?? []].map((one) => one.textContent).join(" ");
    if (labels.trim()) return labels;
    return /^(input|select|textarea|canvas|iframe|img|svg)$/.test(node.localName) ? node.getAttribute("title") ?? "" : node.textContent || (node.getAttribute("title") ?? "");
  };
  for (const node of document.querySelectorAll("a[href], button, input, select, textarea, summary, iframe, img, canvas, [tabindex], [role=img], dialog, table, nav")) {
    if (!isShown(node) || node.id === "main" || node.closest('[aria-hidden="true"]')) continue;
    if (!name(node).trim() && !node.querySelector("caption")) problems.add(`no name: ${describe(node)}`);
  }
  for (const node of document.querySelectorAll("svg")) {
    const isNamed = node.getAttribute("role") === "img" && name(node).trim();
    if (isShown(node) && !isNamed && !node.closest('[aria-hidden="true"]') && !node.querySelector("a[aria-label]")) problems.add(`a drawing without a name: ${describe(node.parentElement)}`);
  }
  for (const node of document.querySelectorAll("canvas.plot")) {
    if (!node.closest("figure").querySelector("details")) problems.add(`a chart without a table: ${name(node)}`);
  }
  for (const node of document.querySelectorAll("th")) if (isShown(node) && !node.textContent.trim()) problems.add(`a head of a table without a name: ${describe(node.closest("table"))}`);
  const levels = [...document.querySelectorAll("h1, h2, h3, h4")].filter(isShown).map((node) => Number(node.localName[1]));
  if (levels[0] !== 1 || levels.some((level, place) => place > 0 && level > levels[place - 1] + 1)) problems.add(`headings of the levels ${levels.join(", ")}`);
  return [...problems];
}
