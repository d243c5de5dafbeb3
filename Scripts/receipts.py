"""Verifies the receipts of README's test accuracies, and that the documents print the accuracies of the receipts.

The receipts are in Benchmarks/receipts: `tutorial-N.json` of `mnist-bilstm --epochs 51 --seed N`, `best-N.json` of
`mnist-bilstm --recipe best --seed N`. Each training is repeated for one epoch, and one of them to its end; with --whole, all are
repeated to their ends. --train trains all runs and writes their receipts anew, after a new version of the trajectory.

usage: Scripts/receipts.py PROGRAM [--whole | --train]
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECEIPTS = ROOT / "Benchmarks" / "receipts"
GUIDE = ROOT / "Sources" / "mnist-bilstm" / "Guide.docc"
DATA = ROOT / "datasets" / "mnist"

# The options and the seeds of the runs of each row.
ROWS = {
    "tutorial": (["--epochs", "51"], range(6)),
    "best": (["--recipe", "best"], range(1, 6)),
}


def receipt_of(row, seed):
    return RECEIPTS / f"{row}-{seed}.json"


def train(program):
    """Trains all runs and keeps their receipts."""
    RECEIPTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as runs:
        for row, (options, seeds) in ROWS.items():
            for seed in seeds:
                command = [program, "train", *options, "--seed", str(seed), "--data", DATA, "--runs", runs, "--quiet"]
                subprocess.run(command, check=True)
                shutil.copy(Path(runs) / "latest" / "receipt.json", receipt_of(row, seed))
                print(f"receipts: {row}, seed {seed}: {accuracy(row, seed):.2f} %", flush=True)


def accuracy(row, seed):
    """The test accuracy of a receipt, in percent. With 10,000 test images, it has two decimals."""
    return Decimal(f"{json.loads(receipt_of(row, seed).read_text())['scores']['test_accuracy']:.2f}")


def rounded(number):
    """Two decimals; the median of an even number of accuracies may lie between two of them, and is rounded up."""
    return str(Decimal(number).quantize(Decimal("0.01"), ROUND_HALF_UP))


def verify(program, is_whole):
    """Repeats the trainings. Returns the number of receipts that are not reproduced."""
    failures = 0
    for row, (_, seeds) in ROWS.items():
        for seed in seeds:
            # The first run is short enough to be repeated to its end.
            part = [] if is_whole or (row, seed) == ("tutorial", 0) else ["--epochs", "1"]
            command = [program, "verify", receipt_of(row, seed), "--data", DATA, *part]
            result = subprocess.run(command, capture_output=True, text=True)
            lines = result.stdout.splitlines() or [""]
            text = lines[-1] if result.returncode == 0 else result.stdout + result.stderr
            print(f"receipts: {row}, seed {seed}: {text}", flush=True)
            failures += result.returncode != 0
    return failures


def expected_rows():
    """For each document, the pattern of a row and the cell that the receipts give."""
    tutorial = [accuracy("tutorial", seed) for seed in ROWS["tutorial"][1]]
    best = [accuracy("best", seed) for seed in ROWS["best"][1]]
    median = rounded(statistics.median(tutorial))
    mean = f"{rounded(statistics.mean(best))} ± {rounded(statistics.stdev(best) / Decimal(len(best)).sqrt())}"
    for name in ["README.md", "README.ko.md"]:
        yield ROOT / name, r"\| [^|]* \| (\S+) ?% \| [^|]* \| `mnist-bilstm --epochs 51 --seed 0`", [median]
        yield ROOT / name, r"\| [^|]* \| ([^|]*?) ?% \| [^|]* \| `mnist-bilstm --recipe best --seed 1`", [mean]
    table = r"\| this package, {} \|(?: [^|]* \|){{4}} ([^|]*) \|"
    yield GUIDE / "TrainingOnMNIST.md", table.format("median"), [median]
    yield GUIDE / "TrainingOnMNIST.md", table.format("range"), [f"{min(tutorial)} – {max(tutorial)}"]
    cells = [str(value) for value in best] + [mean]
    yield GUIDE / "Recipes.md", r"\| `mnist-bilstm --recipe best --seed N` \|" + r" ([^|]*) \|" * 6, cells


def check_documents():
    """Returns the number of documents with other accuracies than the receipts."""
    failures = 0
    for path, pattern, expected in expected_rows():
        found = re.search(pattern, path.read_text())
        cells = list(found.groups()) if found else []
        if cells != expected:
            failures += 1
            print(f"receipts: {path.relative_to(ROOT)}: expected {expected}, as the receipts say, found {cells}", file=sys.stderr)
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="path of mnist-bilstm")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--whole", action="store_true", help="repeat all trainings to their ends")
    choice.add_argument("--train", action="store_true", help="train all runs and write their receipts anew")
    arguments = parser.parse_args()
    if arguments.train:
        train(arguments.program)
    failures = check_documents()
    if not arguments.train:
        failures += verify(arguments.program, arguments.whole)
    if failures:
        sys.exit(1)
    print("receipts: the documents print the accuracies of the receipts" + ("" if arguments.train else ", which are reproduced"))


main()
