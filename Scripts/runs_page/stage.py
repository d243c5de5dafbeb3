"""The trainings, the server and the browser of runs_page_test.py."""

import gzip
import pathlib
import re
import socket
import struct
import subprocess
import time
import urllib.request

RECORD = re.compile(r'"(\w+)":("[^"]*"|[^,}]+)')
# Seconds in which the page shows a change, also on a busy machine.
CHANGED = 30.0


class Stage:
    """Programs that train and serve, and pages that show them; a check that fails is noted."""

    def __init__(self, arguments, browser, directory):
        self.arguments, self.browser, self.directory = arguments, browser, directory
        self.runs = directory / "runs"
        self.runs.mkdir()
        self.problems, self.processes, self.server = [], [], None
        # The view and look that are checked, for the beginning of a problem's line.
        self.where = ""
        self.port = self.free_port()
        self.address = f"http://127.0.0.1:{self.port}/"
        self.datasets = pathlib.Path(arguments.data).parent
        self.data = self.small_data()

    def check(self, is_right, text):
        if not is_right:
            self.problems.append(text)
            print(f"WRONG: {self.where}{text}", flush=True)

    def wait(self, condition, text, seconds=CHANGED):
        """Waits until a condition holds. Returns whether it did."""
        end = time.monotonic() + seconds * self.arguments.patience
        while time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.05)
        self.check(False, text)
        return False

    # Programs

    def free_port(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def small_data(self):
        """Writes 600 images of MNIST's test set as a data set that trains in moments."""
        data = self.directory / "data"
        data.mkdir()
        source = pathlib.Path(self.arguments.data)
        with gzip.open(source / "t10k-images-idx3-ubyte.gz") as file:
            images = file.read()[16:]
        with gzip.open(source / "t10k-labels-idx1-ubyte.gz") as file:
            labels = file.read()[8:]
        for name, start, count in (("train", 0, 400), ("t10k", 400, 200)):
            part = images[784 * start : 784 * (start + count)]
            (data / f"{name}-images-idx3-ubyte").write_bytes(struct.pack(">IIII", 0x803, count, 28, 28) + part)
            (data / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, count) + labels[start : start + count])
        return data

    def start(self, command, output):
        process = subprocess.Popen([*map(str, command)], stdout=open(self.directory / output, "ab"), stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    def program(self, name):
        """The path of a program that is built beside mnist-bilstm."""
        return pathlib.Path(self.arguments.tool).parent / name

    def train(self, name, *options, wait=True):
        command = [
            self.arguments.tool, "train", "--dataset", "idx", "--data", self.data, "--runs", self.runs, "--name", name,
            "--threads", "1", "--batch-size", "20", *options]
        process = self.start(command, f"{name}.txt")
        if wait:
            self.check(process.wait() == 0, f"training {name} failed: {(self.directory / f'{name}.txt').read_text()[-500:]}")
        else:
            self.wait(lambda: len(self.lines(name)) > 5, f"training {name} did not begin", 60)
        return process

    def run(self, name):
        return max(self.runs.glob(f"*-{name}"))

    def lines(self, name):
        """The complete lines of a run's metrics.jsonl."""
        found = sorted(self.runs.glob(f"*-{name}/metrics.jsonl"))
        return found[-1].read_text().split("\n")[:-1] if found else []

    def serve(self, runs=None):
        files = ["--page-files", self.arguments.page_files] if self.arguments.page_files else []
        self.server = self.start([self.arguments.server, "--runs", runs or self.runs, "--port", self.port, *files], "server.txt")

        def answers():
            try:
                return urllib.request.urlopen(self.address, timeout=1).status == 200
            except OSError:
                return False

        self.wait(answers, "the server does not answer", 20)

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()

    # Pages

    def open(self, view="runs", allowed=(), language="en", **options):
        """Opens a view. - allowed: beginnings of messages on the console that are no errors of the page."""
        options = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options}
        locale = {"en": "en-US", "ko": "ko-KR"}[language]
        tab = self.browser.new_context(locale=locale, **options).new_page()
        tab.on("console", lambda message: self.check(
            message.type not in ("error", "warning") or any(part in message.text for part in allowed), f"{view}: console: {message.text}"))
        tab.on("pageerror", lambda error: self.check(False, f"{view}: exception: {error}"))
        tab.on("request", lambda request: self.check(
            request.url.startswith((self.address, "data:")), f"{view}: request of {request.url}"))
        tab.goto(f"{self.address}#{view}")
        return tab

    def sees(self, tab, selector, text, message, seconds=CHANGED):
        return self.wait(lambda: any(text in found for found in tab.locator(selector).all_inner_texts()), f"{message}: no {text!r} in {selector}", seconds)

    def close(self, *tabs):
        for tab in tabs:
            tab.context.close()
