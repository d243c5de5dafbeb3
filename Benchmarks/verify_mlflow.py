"""Checks that MLflow reads runs which `runs export --to mlflow` has written.

MLflow moves the files into a SQLite database (`mlflow migrate-filestore`) and its client reads them from there: every
number of metrics.csv at its epoch, every step of metrics.jsonl, the options of config.json, the scores on the test set
in summary.json, the state, and the names of the run's files. Before that, the run is exported again and must keep its
identifier. Exit code 1 if a metric is missing, differs or is additional, or an option or the state differs.
"""

import argparse
import csv
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import mlflow

STEP_KEYS = {"kind", "split", "epoch", "step"}  # the keys of a record that are not metrics
TESTS = ("test_", "ema_test_")
STATUS = {"finished": "FINISHED", "stopped": "KILLED", "failed": "FAILED", "running": "RUNNING"}


def fail(message):
    raise SystemExit(f"verify_mlflow: {message}")


def number(text):
    return float(text) if text != "" else math.nan


def same(a, b):
    return a == b or (math.isnan(a) and math.isnan(b))


def is_text_of(value, text):
    """Returns whether a text is the one of an option's value."""
    if text is None:
        return False
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, (int, float)):
        return float(text) == value
    return text == (", ".join(map(str, value)) if isinstance(value, list) else value)


def expected_metrics(run):
    """Returns {metric: {step: value}} from the files of the run."""
    expected = {}
    with (run / "metrics.csv").open() as file:
        for row in csv.DictReader(file):
            for name, value in row.items():
                if name != "epoch":
                    expected.setdefault(name, {})[int(row["epoch"])] = number(value)
    records = run / "metrics.jsonl"
    for line in records.read_text().splitlines() if records.exists() else []:
        record = json.loads(line)
        if record["kind"] == "step":
            for name, value in record.items():
                if name not in STEP_KEYS:
                    expected.setdefault(f"step/{name}", {})[record["step"]] = float(value)
    summary = json.loads((run / "summary.json").read_text())
    for name, value in summary.items():
        if name.startswith(TESTS):
            expected[name] = {summary["scored_epoch"]: float(value)}
    return expected


def export(program, run, directory):
    command = [*program, "runs", "export", str(run), "--to", "mlflow", "--out", str(directory), "--json"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(output)["runs"][0]["identifiers"]


def check(client, identifier, run):
    found = client.get_run(identifier)
    expected = expected_metrics(run)
    if set(found.data.metrics) != set(expected):
        fail(f"{run}: expected the metrics {sorted(expected)}, found {sorted(found.data.metrics)}")
    count = 0
    for name, values in expected.items():
        history = {point.step: point.value for point in client.get_metric_history(identifier, name)}
        if history.keys() != values.keys():
            fail(f"{run}: {name}: expected the steps {sorted(values)[:5]}…, found {sorted(history)[:5]}…")
        for step, value in values.items():
            # MLflow's database has 0 for NaN, with a mark that its client does not return.
            if not same(history[step], value) and not (math.isnan(value) and history[step] == 0):
                fail(f"{run}: {name}, step {step}: expected {value!r}, found {history[step]!r}")
            count += 1
    options = json.loads((run / "config.json").read_text())["options"]
    for name, value in options.items():
        # An object is an option of several values, which has a parameter for each.
        if value is not None and not isinstance(value, dict) and not is_text_of(value, found.data.params.get(name)):
            fail(f"{run}: option {name}: expected {value!r}, found {found.data.params.get(name)!r}")
    state = json.loads((run / "summary.json").read_text())["state"]
    if found.info.status != STATUS[state] or found.data.tags.get("state") != state:
        fail(f"{run}: expected the state {state}, found {found.info.status}, {found.data.tags.get('state')}")
    if found.info.run_name != run.resolve().name:
        fail(f"{run}: expected this name, found {found.info.run_name!r}")
    files = {file.path for file in client.list_artifacts(identifier)}
    for name in ("config.json", "metrics.csv", "model.safetensors"):
        if name not in files:
            fail(f"{run}: the file {name} is missing; found {sorted(files)}")
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=pathlib.Path, help="directory of the run")
    parser.add_argument("program", nargs="+", help="the program with the command runs")
    arguments = parser.parse_args()
    run = arguments.run.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        directory, database = pathlib.Path(scratch, "mlruns"), f"sqlite:///{scratch}/mlflow.db"
        identifiers = export(arguments.program, run, directory)
        if export(arguments.program, run, directory) != identifiers:
            fail("the run has another identifier after the second export")
        migrate = [sys.executable, "-m", "mlflow", "migrate-filestore", "--no-progress"]
        subprocess.run(
            [*migrate, "--source", str(directory), "--target", database], check=True, capture_output=True)
        client = mlflow.MlflowClient(tracking_uri=database)
        experiments = [experiment.name for experiment in client.search_experiments()]
        count = check(client, identifiers[0], run)
    print(f"MLflow {mlflow.__version__} reads {count} numbers of {run.name} (experiments: {', '.join(experiments)})")


if __name__ == "__main__":
    main()
