// The form of the training images, and the conversion of a drawing to it, as ImagePreparation.swift and
// DigitNormalizer.swift have them.

/** The bounding box and the centre of an image's ink; null if no pixel differs enough from the background. */
function inkBox(pixels, rows, columns, background, isLight) {
  let [peak, mass, rowMoment, columnMoment] = [0, 0, 0, 0];
  let [top, bottom, left, right] = [rows, -1, columns, -1];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const grey = pixels[row * columns + column];
      const ink = Math.max(0, isLight ? grey - background : background - grey);
      mass += ink;
      rowMoment += ink * row;
      columnMoment += ink * column;
      if (ink < leastContrast) continue;
      peak = Math.max(peak, ink);
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      [left, right] = [Math.min(left, column), Math.max(right, column)];
    }
  }
  if (bottom < 0) return null;
  return { peak, top, bottom, left, right, row: rowMoment / mass, column: columnMoment / mass };
}

/** The form of the training images: `background`, `ink` and `box` as the run stores them. */
class Preparation {
  constructor({ background, ink = null, box = null }, rows, columns) {
    Object.assign(this, { background, ink, box, rows, columns });
  }

  /** Returns whether an image has the form of the training images. */
  fits(pixels, isScaled) {
    const { background, ink, box, rows, columns } = this;
    const border = new GreyHistogram();
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const isBorder = row === 0 || column === 0 || row === rows - 1 || column === columns - 1;
        if (isBorder) border.add(pixels[row * columns + column]);
      }
    }
    if (Math.abs(border.atRank(half(border.count)) - background) > 12) return false;
    const found = inkBox(pixels, rows, columns, background, ink > background);
    if (!found || 100 * found.peak < (isScaled ? 94 : 50) * Math.abs(ink - background)) return false;
    const share = Math.max(box.rows / rows, box.columns / columns);
    const size = Math.max((found.bottom - found.top + 1) / rows, (found.right - found.left + 1) / columns);
    const isByMass = box.centering === "mass";
    const down = isByMass ? found.row - half(rows) : (found.top + found.bottom - rows + 1) / 2;
    const across = isByMass ? found.column - half(columns) : (found.left + found.right - columns + 1) / 2;
    const side = Math.max(rows, columns);
    const sizeTolerance = isScaled && share < 0.9 ? 0.6 / side : Math.max(1 / side, 0.08);
    const distance = isByMass ? 0.75 : 1.5;
    return (
      Math.abs(size - share) <= sizeTolerance + 1e-9 &&
      Math.abs(down - (box.offset?.down ?? 0)) <= distance * Math.max(1, rows / 28) &&
      Math.abs(across - (box.offset?.across ?? 0)) <= distance * Math.max(1, columns / 28)
    );
  }

  /**
   * Converts a grey picture to the form of the training images. Returns the pixels and the number of separate pieces;
   * null if there is nothing on the background.
   */
  normalize(width, height, grey, given = "auto") {
    const { rows, columns, background, ink, box } = this;
    const picture = new DigitPicture(width, height, grey);
    const isCut = picture.cutFrames(given);
    const isLight = picture.isLight(given);
    if (picture.contrast < leastContrast) return null;
    const isOfSize = !isCut && width === columns && height === rows;
    const whole = () => {
      const pixels = isOfSize ? Uint8Array.from(grey) : picture.scaled(columns, rows);
      return ink === null || ink > background === isLight ? pixels : pixels.map((value) => 255 - value);
    };
    if (ink === null || box === null) return { pixels: whole(), pieceCount: 0 };
    if (isOfSize || picture.hasAspectRatio(columns, rows)) {
      const pixels = whole();
      if (this.fits(pixels, !isOfSize)) {
        return { pixels, pieceCount: isOfSize ? this.pieceCount(pixels) : picture.pieceCount(isLight) };
      }
    }
    const digit = picture.isolateDigit(isLight);
    if (!digit) return null;
    return { pixels: this.placed(picture, digit.box), pieceCount: digit.pieceCount };
  }

  pieceCount(pixels) {
    const { rows, columns, background, ink } = this;
    const values = Float32Array.from(pixels, (value) => (ink > background ? value - background : background - value));
    const pieces = new InkPieces(values, columns, rows, float(Math.abs(ink - background) / 10));
    return pieces.countSideBySide(pieces.all.map(({ area }) => area > 1));
  }

  /** Scales the digit to its box, and moves its centre to the middle. */
  placed(picture, place) {
    const { rows, columns, background, ink, box } = this;
    const [width, height] = [place.right - place.left + 1, place.bottom - place.top + 1];
    const step = Math.max(width / box.columns, height / box.rows);
    const columnStep = box.is_stretched ? width / box.columns : step;
    const rowStep = box.is_stretched ? height / box.rows : step;
    const across = Math.max(1, rounded(width / columnStep));
    const down = Math.max(1, rounded(height / rowStep));
    const digit = new Resampling(picture.width, picture.height, across, down, {
      left: place.left + (width - across * columnStep) / 2, top: place.top + (height - down * rowStep) / 2,
      columnStep, rowStep,
    }).apply(picture.values);
    const middle =
      box.centering === "mass"
        ? this.origin(digit, down, across) : { top: half(rows - down), left: half(columns - across) };
    const top = Math.min(Math.max(0, middle.top + (box.offset?.down ?? 0)), rows - down);
    const left = Math.min(Math.max(0, middle.left + (box.offset?.across ?? 0)), columns - across);
    const scale = float((ink - background) / digit.reduce((most, value) => Math.max(most, value), -Infinity));
    const pixels = new Uint8Array(rows * columns).fill(background);
    for (let row = 0; row < down; row++) {
      for (let column = 0; column < across; column++) {
        const value = background + rounded(float(digit[row * across + column] * scale));
        pixels[(top + row) * columns + left + column] = clamped(value, 0, 255);
      }
    }
    return pixels;
  }

  /** The position at which the digit's centre of mass is at the centre pixel. */
  origin(digit, down, across) {
    let [mass, rowMoment, columnMoment] = [0, 0, 0];
    for (let row = 0; row < down; row++) {
      for (let column = 0; column < across; column++) {
        const value = digit[row * across + column];
        mass += value;
        rowMoment += value * row;
        columnMoment += value * column;
      }
    }
    const origin = (moment, whole) => Math.ceil(half(whole) - 0.5 - moment / mass);
    return { top: origin(rowMoment, this.rows), left: origin(columnMoment, this.columns) };
  }
}
