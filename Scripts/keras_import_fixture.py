#!/usr/bin/env python3
"""Writes Tests/InterchangeTests/Fixtures/keras-*.onnx: small models of Keras converted by tf2onnx, and their inputs and
outputs, keras-*.safetensors, which Keras computed. Run by hand, with tensorflow-cpu, tf2onnx and safetensors:

    Scripts/keras_import_fixture.py
"""

import pathlib

import keras
import numpy as np
import safetensors.numpy
import tensorflow as tf
import tf2onnx
from keras import layers

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "InterchangeTests" / "Fixtures"
FEATURES, HIDDEN, STEPS, BATCH = 3, 4, 6, 2


def bidirectional(layer):
    return layers.Bidirectional(layer)


CASES = {
    "lstm": (lambda: [layers.LSTM(HIDDEN, return_sequences=True), layers.LSTM(HIDDEN), layers.Dense(3)], STEPS),
    # tf2onnx writes a GRU of Keras 3 as a Loop, which is refused.
    "gru": (lambda: [layers.GRU(HIDDEN), layers.Dense(1, activation="sigmoid")], STEPS),
    "bidirectional": (
        lambda: [
            bidirectional(layers.LSTM(HIDDEN, return_sequences=True)),
            bidirectional(layers.LSTM(HIDDEN)),
            layers.Dense(5, activation="softmax"),
        ],
        STEPS,
    ),
}


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for name, (make, steps) in CASES.items():
        keras.utils.set_random_seed(len(name))
        model = keras.Sequential([layers.Input((steps, FEATURES)), *make()])
        # Biases that differ from zero and from each other.
        model.set_weights([w + 0.3 * np.cos(np.arange(w.size)).reshape(w.shape).astype(w.dtype) for w in model.get_weights()])
        x = np.sin(np.linspace(-2, 2, BATCH * STEPS * FEATURES)).reshape(BATCH, STEPS, FEATURES).astype(np.float32)
        signature = [tf.TensorSpec((None, steps, FEATURES), tf.float32, name="x")]
        function = tf.function(lambda x, model=model: model(x), input_signature=signature)
        path = FIXTURES / f"keras-{name}.onnx"
        tf2onnx.convert.from_function(function, signature, opset=15, output_path=str(path))
        y = model(x).numpy()
        safetensors.numpy.save_file({"x": x, "y": y}, path.with_suffix(".safetensors"), {"keras": keras.__version__})
        path.with_suffix(".safetensors").chmod(0o644)
        print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
