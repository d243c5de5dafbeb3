// Pictures of numbers: an image, hidden states and probabilities, one row for each row of the image.

/** The colours of the page's theme, as red, green and blue. */
function themeColours() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => {
    const text = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((start) => parseInt(text.slice(start, start + 2), 16));
  };
  return { zero: colour("--zero"), positive: colour("--positive"), negative: colour("--negative") };
}

const mixed = (from, to, share) => from.map((value, index) => value + (to[index] - value) * clamped(share, 0, 1));

/**
 * Draws a picture of `rows` × `columns` cells. `colour(row, column)` is a cell's red, green and blue; `isRead(row)` says
 * whether a row is opaque.
 */
function drawCells(canvas, rows, columns, colour, isRead = () => true) {
  if (canvas.width !== columns || canvas.height !== rows) [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext("2d");
  const picture = context.createImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    const opacity = isRead(row) ? 255 : 30;
    for (let column = 0; column < columns; column++) {
      picture.data.set([...colour(row, column).map(Math.round), opacity], 4 * (row * columns + column));
    }
  }
  context.putImageData(picture, 0, 0);
}

/** Draws an image of the network's size in its own greys. */
function drawImage(canvas, pixels, rows, columns, isRead) {
  drawCells(canvas, rows, columns, (row, column) => Array(3).fill(pixels[row * columns + column]), isRead);
}

/** Draws hidden states: blue above zero, orange below, as strong as the largest of all. */
function drawStates(canvas, states, rows, units, largest, colours, isRead) {
  drawCells(canvas, rows, units, (row, unit) => {
    const value = states[row * units + unit] / largest;
    return mixed(colours.zero, value < 0 ? colours.negative : colours.positive, Math.abs(value));
  }, isRead);
}

/** Draws probabilities, one column for each class. Rows that are not computed yet are empty. */
function drawProbabilities(canvas, probabilities, rows, classes, colours) {
  drawCells(canvas, rows, classes, (row, column) =>
    mixed(colours.zero, colours.positive, probabilities[row]?.[column] ?? 0));
}
