"""Times this package, PyTorch and ONNX Runtime on one machine in one run, and prints one table of ratios.

The speed of a machine changes over time, so the contenders take turns: each round measures every contender of a
case for a few seconds, and ratios are computed within a round. If a peer has several forms (batch size,
threads), all are tried first and the fastest one is compared. Run it on an idle machine.
"""

import argparse
import dataclasses
import datetime
import json
import math
import os
import pathlib
import platform
import statistics
import sys

import onnxruntime
import torch

import bilstm
import contenders
import forecasters
import mnist

HIDDEN_SIZES = [12, 64, 128, 256]
SEQUENCE_HIDDEN_SIZES = [12, 24, 32]
CELLS = ["lstm", "gru", "rnn-tanh"]


@dataclasses.dataclass
class Case:
    title: str
    metrics: dict[str, str]  # key of a measurement → unit; the first one selects the form
    ours: contenders.Ours
    peers: list[list]  # for each peer, a list of its forms
    higher_is_better: bool = True
    lower_is_better: frozenset[str] = frozenset()  # metrics of which less is better, although more of the first is
    uncompared: frozenset[str] = frozenset()  # metrics that do not measure speed

    def speed(self, measurement):
        """Returns the case's first metric as a number for which greater is better."""
        value = measurement[next(iter(self.metrics))]
        return value if self.higher_is_better else 1 / value


def training_case(program, cell, hidden_size, threads, images, labels):
    return Case(
        title=f"training, {cell}, hidden {hidden_size}, {count(threads)}",
        metrics={"images_per_second": "images/s"},
        ours=contenders.Ours(program, "train", cell, hidden_size, threads),
        peers=[[contenders.PyTorchTraining(images, labels, cell, hidden_size, threads)]],
    )


def inference_case(program, hidden_size, threads, images):
    return Case(
        title=f"inference, lstm, hidden {hidden_size}, {count(threads)}",
        metrics={"images_per_second": "images/s"},
        ours=contenders.Ours(program, "inference", "lstm", hidden_size, threads),
        peers=[[contenders.PyTorchInference(images, hidden_size, threads, size) for size in (1000, 10_000)]],
    )


def latency_case(program, hidden_size, threads, images):
    model = bilstm.Classifier("lstm", hidden_size).eval()
    onnx_model = contenders.export_to_onnx(model, images[:1])
    thread_counts = sorted({1, threads})
    runtimes = [
        contenders.OnnxRuntimeLatency(onnx_model, images, number, bound)
        for number in thread_counts
        for bound in (False, True)
    ]
    with torch.inference_mode():
        expected = model(images[:1]).numpy()
    for runtime in runtimes:
        difference = abs(runtime.classify(runtime.images[0]) - expected).max()
        if not difference <= 1e-5:
            raise SystemExit(f"{runtime.name}: logits differ from PyTorch's by {difference}")
    return Case(
        title=f"one image, lstm, hidden {hidden_size}",
        metrics={"median_us": "µs, median", "p99_us": "µs, p99"},
        ours=contenders.Ours(program, "latency", "lstm", hidden_size, threads=1),
        peers=[runtimes, [contenders.PyTorchLatency(model, images, number) for number in thread_counts]],
        higher_is_better=False,
    )


def lengths_case(program, cell, hidden_size):
    ours = contenders.Ours(program, "lengths", cell, hidden_size, threads=1)
    lengths = ours.measure(0.01)["lengths"]  # the same for both
    return Case(
        title=f"variable lengths, {cell}, hidden {hidden_size}, 1 thread",
        metrics={
            "lengths_ms": "ms with lengths (packed)",
            "padded_ms": "ms padded",
            "lengths_over_padded": "with lengths ÷ padded",
        },
        ours=ours,
        peers=[[contenders.PyTorchLengths(cell, hidden_size, lengths, threads=1)]],
        higher_is_better=False,
        uncompared=frozenset({"lengths_over_padded"}),
    )


def sequence_case(program, hidden_size, readout, threads):
    targets = "a class at each step" if readout == "each" else "a class for each sequence"
    return Case(
        title=f"sequences, {targets}, hidden {hidden_size}, {count(threads)}",
        metrics={"sequences_per_second": "sequences/s", "median_us": "µs for 100 steps"},
        ours=contenders.OurSequences(program, hidden_size, readout, threads),
        peers=[[contenders.PyTorchSequences(hidden_size, readout, threads)]],
        lower_is_better=frozenset({"median_us"}),
    )


def forecaster_case(program, model, inputs, targets):
    return Case(
        title=f"{forecasters.EPOCHS} epochs of the {model} forecaster, 1 thread",
        metrics={"training_ms": "ms"},
        ours=contenders.OurForecaster(program, model),
        peers=[
            [contenders.PyTorchForecaster(model, inputs, targets, careful)] for careful in (False, True)
        ],
        higher_is_better=False,
    )


def checked(contender, measurement, metrics):
    for key in metrics:
        value = measurement.get(key)
        if not (isinstance(value, (int, float)) and math.isfinite(value) and value > 0):
            raise SystemExit(f"{contender.name}: expected a number above 0 under {key}, found {measurement}")
    return measurement


def run(case, rounds, seconds):
    """Returns the measurements of each contender, one per round: {name: [measurement]}."""
    print(f"{case.title} …", file=sys.stderr, flush=True)
    chosen = [case.ours]
    for forms in case.peers:
        if len(forms) > 1:
            forms = sorted(forms, key=lambda form: case.speed(form.measure(seconds / 2)))
        chosen.append(forms[-1])
    measurements = {contender.name: [] for contender in chosen}
    for _ in range(rounds):
        for contender in chosen:
            measurement = checked(contender, contender.measure(seconds), case.metrics)
            measurements[contender.name].append(measurement)
    return measurements


def ratios(case, metric, ours, theirs):
    """Returns how many times faster this package is, round by round."""
    higher_is_better = case.higher_is_better and metric not in case.lower_is_better
    return [a / b if higher_is_better else b / a for a, b in zip(ours, theirs)]


def table(results):
    """Returns the table as lines: one for each case, metric and contender."""
    rows = [("", "", "median", "min – max", "ours is faster by")]
    for case, measurements in results:
        for metric, unit in case.metrics.items():
            title = f"{case.title}, {unit}"
            ours = [measurement[metric] for measurement in measurements[case.ours.name]]
            for name, of_rounds in measurements.items():
                values = [measurement[metric] for measurement in of_rounds]
                is_compared = name != case.ours.name and metric not in case.uncompared
                faster = spread(ratios(case, metric, ours, values), "×") if is_compared else ""
                rows.append((title, name, number(statistics.median(values)), extremes(values), faster))
                title = ""
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    alignments = "<<>><"
    return ["  ".join(f"{cell:{a}{w}}" for cell, a, w in zip(row, alignments, widths)).rstrip() for row in rows]


def count(threads):
    return "1 thread" if threads == 1 else f"{threads} threads"


def number(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def extremes(values):
    return f"{number(min(values))} – {number(max(values))}"


def spread(values, unit):
    return f"{number(statistics.median(values))}{unit} ({extremes(values)})"


def processor():
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def available_threads():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def parse_arguments():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--program", type=pathlib.Path, default=pathlib.Path(".build/release/recurrent-benchmark"))
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=2, help="of each contender in each round (default: 2)")
    arguments.add_argument("--threads", type=int, default=available_threads(), help="default: all this process may use")
    arguments.add_argument("--only", default="", metavar="TEXT", help="only cases whose title contains this")
    arguments.add_argument("--json", type=pathlib.Path, metavar="PATH", help="write every measurement to this file")
    options = arguments.parse_args()
    if options.rounds < 1 or not options.seconds > 0 or options.threads < 1:
        arguments.error("--rounds, --seconds and --threads must be above 0")
    return options


def cases(options):
    """Yields the cases. A case's models and sessions are created only when its turn comes."""
    program, threads = options.program, options.threads
    train_images, train_labels = map(torch.from_numpy, mnist.load("train"))
    test_images = torch.from_numpy(mnist.load("t10k")[0])
    for hidden_size in HIDDEN_SIZES:
        yield training_case(program, "lstm", hidden_size, threads, train_images, train_labels)
    for cell in CELLS:
        for number_of_threads in sorted({1, threads}, reverse=True):
            if (cell, number_of_threads) != ("lstm", threads):  # which is listed above
                yield training_case(
                    program, cell, HIDDEN_SIZES[0], number_of_threads, train_images, train_labels
                )
    for cell in CELLS:
        yield lengths_case(program, cell, HIDDEN_SIZES[0])
    for hidden_size in SEQUENCE_HIDDEN_SIZES:
        for number_of_threads in sorted({1, threads}):
            yield sequence_case(program, hidden_size, "final", number_of_threads)
    yield sequence_case(program, SEQUENCE_HIDDEN_SIZES[1], "each", threads)
    yield inference_case(program, HIDDEN_SIZES[0], threads, test_images)
    yield latency_case(program, HIDDEN_SIZES[0], threads, test_images)
    inputs, targets = forecasters.training_windows()
    for model in forecasters.MODELS:
        yield forecaster_case(program, model, inputs, targets)


def main():
    options = parse_arguments()
    torch.manual_seed(0)
    chosen = (case for case in cases(options) if options.only in case.title)
    results = [(case, run(case, options.rounds, options.seconds)) for case in chosen]
    if not results:
        raise SystemExit(f"no case's title contains {options.only!r}")

    machine = {
        "processor": processor(),
        "threads": options.threads,
        "python": platform.python_version(),
        "pytorch": torch.__version__,
        "onnxruntime": onnxruntime.__version__,
        "rounds": options.rounds,
        "seconds": options.seconds,
    }
    print(", ".join(f"{key} {value}" for key, value in machine.items()))
    print("\n".join(table(results)))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        record = {
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            **machine,
            "cases": [{"case": case.title, "measurements": measured} for case, measured in results],
        }
        options.json.write_text(json.dumps(record, indent=2) + "\n")
        print(f"every measurement: {options.json}", file=sys.stderr)


if __name__ == "__main__":
    main()
