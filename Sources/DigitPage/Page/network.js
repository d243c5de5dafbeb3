// The recurrent network: layers, readout and softmax. Weights are 32-bit numbers, sums are 64-bit.

const sigmoid = (value) => 1 / (1 + Math.exp(-value));

/** The 32-bit numbers of a text in base64, little-endian. */
function numbers(text) {
  const view = new DataView(bytes(text).buffer);
  return Float32Array.from({ length: view.byteLength / 4 }, (_, index) => view.getFloat32(4 * index, true));
}

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

class Network {
  /** `model` has the sizes, `parameters` the place of each name in `weights`. */
  constructor(model, parameters, weights) {
    Object.assign(this, model, { weightCount: weights.length });
    this.byName = new Map(
      parameters.map(({ name, offset, count }) => [name, weights.subarray(offset, offset + count)]));
    this.gates = { "rnn-tanh": 1, "rnn-relu": 1, lstm: 4, gru: 3, "gru-reset-before": 3 }[this.cell];
    this.prefix = { 1: "rnn.", 4: "lstm.", 3: "gru." }[this.gates];
  }

  /** Reads an image of `rows` × `columns` bytes. Returns the hidden states, [layer][direction], and the probabilities. */
  read(pixels) {
    let size = this.columns;
    let input = Float64Array.from(pixels, (value) => float(value / 255));
    const states = [];
    for (let layer = 0; layer < this.layers; layer++) {
      const directions = [];
      for (let direction = 0; direction < this.directions; direction++) {
        directions.push(this.readDirection(input, size, layer, direction));
      }
      states.push(directions);
      size = this.directions * this.hidden;
      input = new Float64Array(this.rows * size);
      directions.forEach((outputs, direction) => {
        for (let row = 0; row < this.rows; row++) {
          const own = outputs.subarray(row * this.hidden, (row + 1) * this.hidden);
          input.set(own, row * size + direction * this.hidden);
        }
      });
    }
    const logits = this.linear(this.features(input, size));
    return { states, logits, probabilities: softmax(logits) };
  }

  /** The hidden states of one direction of one layer, [row, unit]. */
  readDirection(input, size, layer, direction) {
    const { hidden, gates, rows, cell } = this;
    const suffix = `_l${layer}${direction === 1 ? "_reverse" : ""}`;
    const [inputWeights, hiddenWeights, inputBias, hiddenBias] =
      ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((name) => this.byName.get(this.prefix + name + suffix));
    const count = gates * hidden;
    const [own, recurrent, memory] = [new Float64Array(count), new Float64Array(count), new Float64Array(hidden)];
    let state = new Float64Array(hidden);
    const outputs = new Float64Array(rows * hidden);
    for (let step = 0; step < rows; step++) {
      const row = direction === 1 ? rows - 1 - step : step;
      multiply(own, inputWeights, input.subarray(row * size, (row + 1) * size), inputBias);
      // The candidate of the GRU with the reset gate before the product reads another state.
      const isApart = cell === "gru-reset-before";
      multiply(recurrent, hiddenWeights, state, hiddenBias, isApart ? 2 * hidden : count);
      const next = new Float64Array(hidden);
      if (isApart) {
        const reset = state.map((value, unit) => value * sigmoid(own[unit] + recurrent[unit]));
        multiply(recurrent, hiddenWeights, reset, hiddenBias, count, 2 * hidden);
      }
      for (let unit = 0; unit < hidden; unit++) {
        const gate = (index) => own[index * hidden + unit] + recurrent[index * hidden + unit];
        if (cell === "lstm") {
          memory[unit] = sigmoid(gate(1)) * memory[unit] + sigmoid(gate(0)) * Math.tanh(gate(2));
          next[unit] = sigmoid(gate(3)) * Math.tanh(memory[unit]);
        } else if (gates === 3) {
          const factor = isApart ? 1 : sigmoid(gate(0));
          const candidate = Math.tanh(own[2 * hidden + unit] + factor * recurrent[2 * hidden + unit]);
          const update = sigmoid(gate(1));
          next[unit] = (1 - update) * candidate + update * state[unit];
        } else {
          next[unit] = cell === "rnn-relu" ? Math.max(0, gate(0)) : Math.tanh(gate(0));
        }
      }
      state = next;
      outputs.set(state, row * hidden);
    }
    return outputs;
  }

  /** The part of the last layer's outputs that the linear layer reads. */
  features(outputs, size) {
    const last = (this.rows - 1) * size;
    switch (this.readout) {
      case "all": return outputs;
      case "last": return outputs.subarray(last);
      case "final": {
        const features = outputs.slice(last);
        if (this.directions === 2) features.set(outputs.subarray(this.hidden, size), this.hidden);
        return features;
      }
      case "mean": {
        const mean = new Float64Array(size);
        outputs.forEach((value, index) => { mean[index % size] += value / this.rows; });
        return mean;
      }
      default: throw new Error(`readout: expected all, last, final or mean, received ${this.readout}`);
    }
  }

  linear(features) {
    const scores = new Float64Array(this.classes.length);
    multiply(scores, this.byName.get("fc.weight"), features, this.byName.get("fc.bias"));
    return scores;
  }
}

/** Computes the products of the weights' rows from `first` to `end` with a vector, plus the bias if there is one. */
function multiply(output, weights, vector, bias, end = output.length, first = 0) {
  const size = vector.length;
  for (let row = first; row < end; row++) {
    let sum = bias ? bias[row] : 0;
    const start = row * size;
    for (let index = 0; index < size; index++) sum += weights[start + index] * vector[index];
    output[row] = sum;
  }
}

function softmax(scores) {
  const most = scores.reduce((one, other) => Math.max(one, other), -Infinity);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((one, other) => one + other, 0);
  return powers.map((power) => power / sum);
}

/** The index of the highest number, the first of several. */
function argmax(values) {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
