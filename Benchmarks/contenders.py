"""The contenders: this package's program, PyTorch and ONNX Runtime, each in its fastest form.

A contender has a `name` and `measure(seconds)`, which works for about that long and returns a dictionary:
{"images_per_second"} for training and inference, {"median_us", "p99_us"} for the latency of one image,
{"padded_ms", "lengths_ms", "lengths_over_padded"} for variable lengths, {"sequences_per_second", "median_us"} for
sequences, {"training_ms"} for a whole training of a forecaster.
"""

import io
import json
import subprocess
import time
import warnings

import numpy
import onnxruntime
import torch

import bilstm
import forecasters

BATCH_SIZE = 128
LEARNING_RATE = 5e-3


class Ours:
    """The benchmark program of this package, a new process for each measurement."""

    name = "this package"

    def __init__(self, program, task, cell, hidden_size, threads):
        self.command = [
            str(program), "measure", "--task", task, "--cell", cell,
            "--hidden-size", str(hidden_size), "--threads", str(threads),
        ]

    def measure(self, seconds):
        command = self.command + ["--seconds", f"{seconds:g}"]
        try:
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            return json.loads(run.stdout)
        except FileNotFoundError:
            raise SystemExit(f"{command[0]} does not exist; run this by: make benchmark-peers")
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"{' '.join(command)}: exit code {error.returncode}; its message is above")
        except json.JSONDecodeError:
            raise SystemExit(f"{' '.join(command)}: expected one line of JSON, found: {run.stdout!r}")


class OurSequences(Ours):
    def __init__(self, program, hidden_size, readout, threads):
        self.command = [
            str(program), "sequences", "--hidden-size", str(hidden_size), "--readout", readout,
            "--threads", str(threads),
        ]


class OurForecaster(Ours):
    def __init__(self, program, model):
        self.command = [str(program), "forecast", "--model", model]


def _repeat(seconds, step):
    """Calls `step`, which returns its number of images, until the time is up; returns images per second."""
    _repeat_until(time.perf_counter() + min(0.2, seconds / 5), step)  # wakes threads, fills caches
    start = time.perf_counter()
    images = _repeat_until(start + seconds, step)
    return {"images_per_second": images / (time.perf_counter() - start)}


def _repeat_until(end, step):
    images = step()
    while time.perf_counter() < end:
        images += step()
    return images


def _time_single_images(seconds, images, classify):
    """Calls `classify(image)` for one image after the other; returns the distribution of its duration."""
    durations = []
    warm_up = time.perf_counter() + min(0.2, seconds / 5)
    end = warm_up + seconds
    index = 0
    while True:
        image = images[index % len(images)]
        index += 1
        start = time.perf_counter()
        classify(image)
        stop = time.perf_counter()
        if start >= warm_up:
            durations.append(stop - start)
            if stop >= end:
                break
    median, p99 = numpy.percentile(durations, [50, 99]) * 1e6
    return {"median_us": median, "p99_us": p99}


class PyTorchTraining:
    """An optimised training loop: all images in memory as float, batches by index, fused Adam, no metrics."""

    name = "PyTorch"

    def __init__(self, images, labels, cell, hidden_size, threads):
        self.images, self.labels, self.threads = images, labels, threads
        self.model = bilstm.Classifier(cell, hidden_size)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=LEARNING_RATE, fused=True)
        self.batches = self._shuffled_batches()

    def _shuffled_batches(self):
        while True:
            yield from torch.randperm(len(self.images)).split(BATCH_SIZE)

    def _step(self):
        batch = next(self.batches)
        self.optimizer.zero_grad(set_to_none=True)
        logits = self.model(self.images[batch])
        torch.nn.functional.cross_entropy(logits, self.labels[batch]).backward()
        self.optimizer.step()
        return len(batch)

    def measure(self, seconds):
        torch.set_num_threads(self.threads)
        return _repeat(seconds, self._step)


class PyTorchInference:
    def __init__(self, images, hidden_size, threads, batch_size):
        self.name = f"PyTorch, batch {batch_size:,}"
        self.batches = images.split(batch_size)
        self.threads = threads
        self.model = bilstm.Classifier("lstm", hidden_size).eval()

    def _pass(self):
        return sum(len(self.model(batch).argmax(dim=1)) for batch in self.batches)

    def measure(self, seconds):
        torch.set_num_threads(self.threads)
        with torch.inference_mode():
            return _repeat(seconds, self._pass)


class PyTorchLengths:
    """Recurrent layers by themselves, forward and backward: a padded batch, and the same batch packed by its
    lengths and padded again, which is how PyTorch gives each sequence what it would give alone."""

    name = "PyTorch"

    def __init__(self, cell, hidden_size, lengths, threads, steps=28, features=28):
        self.threads, self.steps = threads, steps
        self.layers = bilstm.recurrent_layers(cell, hidden_size, input_size=features)
        self.input = torch.rand(len(lengths), steps, features, requires_grad=True)
        self.lengths = torch.tensor(lengths)
        self.output_gradient = torch.rand_like(self._padded().detach())

    def _padded(self):
        return self.layers(self.input)[0]

    def _packed(self):
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            self.input, self.lengths, batch_first=True, enforce_sorted=False
        )
        outputs = self.layers(packed)[0]
        return torch.nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True, total_length=self.steps)[0]

    def _time(self, forward):
        start = time.perf_counter()
        forward().backward(self.output_gradient)
        return time.perf_counter() - start

    def measure(self, seconds):
        torch.set_num_threads(self.threads)
        self._take_turns(min(0.2, seconds / 5))
        padded, packed = self._take_turns(seconds)
        return {
            "padded_ms": 1e3 * numpy.median(padded),
            "lengths_ms": 1e3 * numpy.median(packed),
            "lengths_over_padded": numpy.median(packed / padded),
        }

    def _take_turns(self, seconds):
        """Returns the seconds of each padded and each packed pass, in turns, at least one of each."""
        end = time.perf_counter() + seconds
        durations = []
        while not durations or time.perf_counter() < end:
            durations.append((self._time(self._padded), self._time(self._packed)))
        return numpy.array(durations).T


class PyTorchSequences:
    """Training on packed sequences of 20 to 200 steps with six channels and four classes, of a sequence or of each step,
    as the program `sequences` does it; and one prediction of 100 steps. All sequences are in memory, padded, and a batch
    is cut to its longest sequence."""

    name = "PyTorch"

    def __init__(self, hidden_size, readout, threads, count=2048, channels=6, classes=4):
        self.threads, self.readout = threads, readout
        self.lstm = bilstm.recurrent_layers("lstm", hidden_size, layers=1, input_size=channels)
        self.fc = torch.nn.Linear(2 * hidden_size, classes)
        self.parameters = [*self.lstm.parameters(), *self.fc.parameters()]
        self.optimizer = torch.optim.Adam(self.parameters, lr=LEARNING_RATE, fused=True)
        self.lengths = torch.randint(20, 201, (count,))
        self.values = torch.rand(count, 200, channels)
        self.labels = torch.randint(classes, (count, 200))
        self.one = torch.rand(1, 100, channels)
        self.batches = self._shuffled_batches()

    def _shuffled_batches(self):
        while True:
            yield from torch.randperm(len(self.values)).split(BATCH_SIZE)

    def _step(self):
        batch = next(self.batches)
        lengths = self.lengths[batch]
        longest = int(lengths.max())
        self.optimizer.zero_grad(set_to_none=True)
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            self.values[batch, :longest], lengths, batch_first=True, enforce_sorted=False
        )
        outputs, (hidden, _) = self.lstm(packed)
        if self.readout == "each":
            # The linear layer reads the packed rows, so that nothing is padded.
            labels = torch.nn.utils.rnn.pack_padded_sequence(
                self.labels[batch, :longest], lengths, batch_first=True, enforce_sorted=False
            )
            loss = torch.nn.functional.cross_entropy(self.fc(outputs.data), labels.data)
        else:
            scores = self.fc(torch.cat(list(hidden), dim=1))
            loss = torch.nn.functional.cross_entropy(scores, self.labels[batch, 0])
        loss.backward()
        self.optimizer.step()
        return len(batch)

    def _predict(self, sequence):
        outputs, (hidden, _) = self.lstm(sequence)
        return self.fc(outputs if self.readout == "each" else torch.cat(list(hidden), dim=1))

    def measure(self, seconds):
        torch.set_num_threads(self.threads)
        training = _repeat(seconds, self._step)["images_per_second"]
        torch.set_num_threads(1)
        with torch.inference_mode():
            latency = _time_single_images(seconds, [self.one], self._predict)["median_us"]
        return {"sequences_per_second": training, "median_us": latency}


class PyTorchForecaster:
    """Whole trainings of a forecaster on one thread: as the tutorials write it, with a DataLoader, or the careful way,
    batches by index and fused Adam. Both ask for the loss of every step."""

    def __init__(self, model, inputs, targets, careful):
        self.name = "PyTorch, careful" if careful else "PyTorch, as the tutorial"
        self.model, self.inputs, self.targets, self.careful = model, inputs, targets, careful
        self.loader = torch.utils.data.DataLoader(
            torch.utils.data.TensorDataset(inputs, targets), batch_size=forecasters.BATCH_SIZE, shuffle=True
        )

    def _batches(self):
        if not self.careful:
            yield from self.loader
            return
        for indices in torch.randperm(len(self.inputs)).split(forecasters.BATCH_SIZE):
            yield self.inputs[indices], self.targets[indices]

    def _train(self, epochs=forecasters.EPOCHS):
        """Returns the duration of training in seconds, without creating the model."""
        model = forecasters.Forecaster(self.model)
        optimizer = torch.optim.Adam(
            model.parameters(), lr=forecasters.LEARNING_RATE, fused=True if self.careful else None
        )
        mean_squared_error = torch.nn.MSELoss()
        start = time.perf_counter()
        for _ in range(epochs):
            model.train()
            running = 0.0
            for inputs, targets in self._batches():
                optimizer.zero_grad()
                loss = mean_squared_error(model(inputs), targets)
                loss.backward()
                optimizer.step()
                running += loss.item() * len(inputs)
        if not running < len(self.inputs):
            raise SystemExit(f"{self.name}: the loss of {self.model} is {running / len(self.inputs)}")
        return time.perf_counter() - start

    def measure(self, seconds):
        torch.set_num_threads(1)
        self._train(epochs=10)  # fills caches
        end = time.perf_counter() + seconds
        durations = [self._train()]
        while time.perf_counter() < end:
            durations.append(self._train())
        return {"training_ms": 1e3 * numpy.median(durations)}


class PyTorchLatency:
    def __init__(self, model, images, threads):
        self.name = f"PyTorch, {threads} thread{'s'[:threads > 1]}"
        self.model, self.threads = model, threads
        self.images = images.split(1)

    def measure(self, seconds):
        torch.set_num_threads(self.threads)
        with torch.inference_mode():
            return _time_single_images(seconds, self.images, self.model)


def export_to_onnx(model, image):
    """Exports the model to ONNX for one image at a time. The TorchScript exporter keeps LSTM one fused node."""
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (image,), content, input_names=["image"], output_names=["logits"], dynamo=False)
    return content.getvalue()


class OnnxRuntimeLatency:
    """With `bound`, input and output tensors are created once, so that a call allocates none."""

    def __init__(self, onnx_model, images, threads, bound):
        self.name = f"ONNX Runtime, {threads} thread{'s'[:threads > 1]}{', bound' if bound else ''}"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = onnxruntime.InferenceSession(onnx_model, options, providers=["CPUExecutionProvider"])
        self.images = numpy.split(images.numpy(), len(images))
        self.classify = self._bind() if bound else self._run

    def _run(self, image):
        return self.session.run(None, {"image": image})[0]

    def _bind(self):
        pixels = numpy.zeros_like(self.images[0])
        logits = numpy.zeros((1, 10), dtype=numpy.float32)
        binding = self.session.io_binding()
        binding.bind_input("image", "cpu", 0, numpy.float32, pixels.shape, pixels.ctypes.data)
        binding.bind_output("logits", "cpu", 0, numpy.float32, logits.shape, logits.ctypes.data)

        def classify(image):
            numpy.copyto(pixels, image)
            self.session.run_with_iobinding(binding)
            return logits

        return classify

    def measure(self, seconds):
        return _time_single_images(seconds, self.images, self.classify)
