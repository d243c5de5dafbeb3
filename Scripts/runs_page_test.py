"""Proves the page of `runs-page` in Chromium, while runs train. Exit code 1 if anything is wrong.

The numbers on the curves are those of metrics.jsonl to the last digit, while the run trains. 5,000 runs are listed in
under a second and scroll. `kill -9` of the server or of a training harms nothing. Two pages show two runs. Runs are deleted,
damaged and renamed under the page. Names, tags, notes and options that look like markup stay text. A phone scrolls in one
direction only, and the keyboard alone compares runs and stops one. No error reaches the console.

Scripts/runs_page.sh runs this.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import urllib.parse

from playwright.sync_api import sync_playwright

from runs_page_stage import RECORD, Stage

HOSTILE = "<img src=x onerror=window.broken=1>"
# Seconds in which 5,000 runs are listed.
LISTED = 1.0

FRAMES = """async () => {
  const frames = [], empty = [];
  let last = performance.now();
  for (let index = 0; index < 120; index++) {
    scrollBy(0, index < 60 ? 400 : 9000);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
    if (!document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest(".run-row")) empty.push(index);
  }
  frames.sort((one, other) => one - other);
  return { median: frames[60], worst: frames[117], empty: empty.length, rows: document.querySelectorAll(".rows .run-row").length };
}"""

FOUND = """async ([text, least]) => {
  const isThere = () => document.querySelector(".count")?.textContent.includes(text) && document.querySelectorAll(".rows .run-row").length > least;
  for (let frame = 0; frame < 3000 && !isThere(); frame++) await new Promise(requestAnimationFrame);
}"""


class Proof(Stage):
    # Proofs

    def curves(self):
        """The table and the numbers under the cursor equal metrics.jsonl, while the run trains."""
        process = self.train("live", "--epochs", "100000", "--log-every", "3", wait=False)
        tab = self.open(f"run?id={self.run('live').name}&x=step")
        chart = tab.locator('[data-metric="loss"]')
        chart.wait_for()
        seen = []
        for _ in range(2):
            chart.locator("summary").click()
            # The table is made when it is opened, from the records that have arrived.
            chart.locator("tbody tr").nth(4).wait_for(state="attached")
            rows = chart.locator("tbody tr").evaluate_all("(rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))")
            heads = chart.locator("thead th").all_inner_texts()
            chart.locator("summary").click()
            written = {}
            for line in self.lines("live"):
                record = {name: text.strip('"') for name, text in RECORD.findall(line)}
                written[(record["kind"], record["split"], record["step"])] = record["loss"]
            columns = {"Training, steps": ("step", "train"), "Training, epochs": ("epoch", "train")}
            numbers = 0
            for step, *values in rows:
                for head, value in zip(heads[1:], values, strict=True):
                    if value:
                        numbers += 1
                        expected = written.get((*columns[head], step))
                        self.check(value == expected, f"loss of step {step}, {head}: {value}, metrics.jsonl has {expected}")
            self.check(numbers > 3, f"only {numbers} numbers in the table")
            plot = chart.locator("canvas")
            plot.focus()
            tab.keyboard.press("Home")
            tab.keyboard.press("ArrowRight")
            tip = chart.locator(".tip")
            step = tip.locator("p").inner_text().split()[-1]
            value = tip.locator('[data-key="step/train"]').inner_text()
            self.check(value == written.get(("step", "train", step)), f"under the cursor at step {step}: {value}")
            seen.append(int(rows[-1][0]))
            count = len(self.lines("live"))
            self.wait(lambda: len(self.lines("live")) > count + 20, "the training stands", 60)
            tab.wait_for_timeout(1500)
        self.check(seen[1] > seen[0], f"the curve does not grow: step {seen[0]}, then {seen[1]}")
        box = chart.locator("canvas").bounding_box()
        tab.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 60)
        tab.mouse.down()
        tab.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60, steps=5)
        tab.mouse.up()
        for _ in range(100):
            if "from=" in tab.url and "to=" in tab.url:
                break
            tab.wait_for_timeout(100)
        self.check("from=" in tab.url and "to=" in tab.url, "dragging does not zoom")
        tab.locator('input[type="range"]').first.fill("0.5")
        self.check("smooth=0.5" in tab.url, "smoothing is not in the address")
        print(f"curves: {seen[1]:,} steps, all digits equal")
        self.close(tab)
        return process

    def killed_server(self):
        name = self.run("live").name
        tab = self.open(f"run?id={name}", allowed=("ERR_CONNECTION", "ERR_EMPTY", "ERR_INCOMPLETE", "ERR_SOCKET"))
        tab.locator('[data-metric="loss"]').wait_for()
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()
        self.sees(tab, ".connection", "Connection lost", "kill -9 of the server")
        count = len(self.lines("live"))
        self.wait(lambda: len(self.lines("live")) > count, "the training does not survive the server", 30)
        self.serve()
        self.wait(lambda: tab.locator(".connection").inner_text() == "", "the page does not come back by itself", 15)
        chart = tab.locator('[data-metric="loss"]')
        steps = [0, 0]
        for index in range(2):
            chart.locator("canvas").focus()
            tab.keyboard.press("End")
            steps[index] = float(chart.locator(".tip p").inner_text().split()[-1])
            tab.wait_for_timeout(2500 * self.arguments.patience)
        self.check(steps[1] > steps[0], f"after the server came back, the curve stands at step {steps[1]}")
        self.close(tab)

    def killed_training(self, process):
        tab = self.open(f"run?id={self.run('live').name}")
        self.sees(tab, "header .badge", "running", "a run that trains")
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.sees(tab, "header .badge", "failed", "kill -9 of the training", 15)
        self.close(tab)

    def two_pages(self):
        processes = [self.train(name, "--epochs", "100000", "--log-every", "2", "--cell", cell, wait=False) for name, cell in (("one", "gru"), ("two", "lstm"))]
        tabs = [self.open(f"run?id={self.run(name).name}") for name in ("one", "two")]
        for name, tab in zip(("one", "two"), tabs, strict=True):
            chart = tab.locator('[data-metric="loss"]')
            chart.wait_for()
            self.check(tab.locator("h1").inner_text() == name, f"the page of {name} shows {tab.locator('h1').inner_text()}")
            chart.locator("canvas").focus()
            tab.keyboard.press("Home")
            written = dict(RECORD.findall(self.lines(name)[0]))["loss"]
            shown = chart.locator('.tip [data-key="step/train"]').inner_text()
            self.check(shown == written, f"first loss of {name}: {shown}, metrics.jsonl has {written}")
        self.close(*tabs)
        return processes

    def keyboard(self):
        """Tab, Space and Enter alone: two runs are compared, and a run is stopped."""
        tab = self.open()
        tab.locator(".rows .run-row").nth(1).wait_for()
        reach = """() => { const node = document.activeElement; return `${node.className}|${node.dataset.part ?? ""}|${node.textContent}|${node.closest("dialog") ? "dialog" : ""}`; }"""

        def press_until(condition, key="Tab", most=120):
            for _ in range(most):
                if condition(tab.evaluate(reach)):
                    return True
                tab.keyboard.press(key)
            return False

        for _ in range(2):
            self.check(press_until(lambda at: "|check|" in at), "no box of a run is reached by Tab")
            tab.keyboard.press("Space")
            tab.keyboard.press("Tab")
        self.check(tab.locator(".rows input:checked").count() == 2, "Space does not select runs")
        self.check(press_until(lambda at: "primary" in at), "Compare is not reached by Tab")
        tab.keyboard.press("Enter")
        self.wait(lambda: "#compare?run=" in tab.url, "Enter does not compare")
        self.check(tab.url.count("run=") == 2, f"not two runs in {tab.url}")
        tab.locator('[data-metric="loss"]').wait_for()
        tab.goto(f"{self.address}#run?id={self.run('two').name}")
        tab.locator('[data-part="stop"]').wait_for()
        self.check(press_until(lambda at: "|stop|" in at), "Stop is not reached by Tab")
        tab.keyboard.press("Enter")
        self.check(tab.locator("dialog[open]").count() == 1, "Stop does not ask")
        self.check(press_until(lambda at: "danger" in at and "dialog" in at), "the dialog's Stop is not reached by Tab")
        tab.keyboard.press("Enter")
        self.sees(tab, "header .badge", "stopped", "Stop", 20)
        self.close(tab)

    def changed_runs(self):
        """Runs are damaged, renamed and deleted by others while the page shows them."""
        source = self.run("small")
        for name in ("a", "b", "c"):
            shutil.copytree(source, self.runs / f"20261101-000000-{name}")
        listed = self.open()
        page = self.open("run?id=20261101-000000-a", allowed=("404",))
        self.sees(page, "h1", "a", "a copied run")
        self.sees(listed, ".c-name a", "c", "copied runs are not listed")
        configuration = self.runs / "20261101-000000-b" / "config.json"
        configuration.write_bytes(configuration.read_bytes()[:40])
        self.wait(lambda: "damaged" in listed.locator('[data-id="20261101-000000-b"] .badge').inner_text(), "a cut config.json is not shown as damaged")
        (self.runs / "20261101-000000-c").rename(self.runs / "20261101-000000-renamed")
        self.wait(lambda: listed.locator('[data-id="20261101-000000-c"]').count() == 0, "a renamed run is still listed by its former name")
        self.wait(lambda: listed.locator('[data-id="20261101-000000-renamed"]').count() == 1, "a renamed run is not listed")
        shutil.rmtree(self.runs / "20261101-000000-a")
        self.sees(page, "header .problem", "no longer in the directory", "a deleted run")
        damaged = self.open("run?id=20261101-000000-b", allowed=("404", "500"))
        self.sees(damaged, "main", "damaged", "the page of a damaged run")
        self.close(listed, page, damaged)

    def bin(self):
        """Deletes a run, undoes it, deletes it again and restores it from the bin."""
        name = "20261101-000000-renamed"
        tab = self.open()
        row = tab.locator(f'[data-id="{name}"]')
        for back in ("undo", "restore"):
            row.locator("input[type=checkbox]").check()
            tab.locator(".selection button", has_text="Delete").click()
            self.wait(lambda: not (self.runs / name).exists(), "delete leaves the run")
            if back == "undo":
                tab.locator(".notice button", has_text="Undo").click()
            else:
                tab.locator('nav a[href="#bin"]').click()
                tab.locator("button", has_text="Restore").first.click()
            self.wait(lambda: (self.runs / name).exists(), f"{back} does not bring the run back")
        tab.locator('nav a[href="#runs"]').click()
        row.wait_for()
        row.locator('[data-part="edit"]').click()
        tab.keyboard.type("mine, best")
        tab.keyboard.press("Enter")
        self.wait(lambda: row.locator(".tag").all_inner_texts() == ["mine", "best"], "tags are not kept")
        self.check(json.loads((self.runs / name / "marks.json").read_text()).get("tags") == ["mine", "best"], "tags are not in marks.json")
        self.close(tab)

    def hostile(self):
        run = self.runs / f"20261102-000000-{HOSTILE}"
        shutil.copytree(self.run("small"), run)
        configuration = json.loads((run / "config.json").read_text())
        configuration["options"]["text"] = configuration["options"]["data"] = HOSTILE
        configuration["environment"]["processor"] = HOSTILE
        (run / "config.json").write_text(json.dumps(configuration))
        evaluation = json.loads((run / "evaluation.json").read_text())
        evaluation["classes"] = [f"{HOSTILE}{index}" for index in range(len(evaluation["classes"]))]
        (run / "evaluation.json").write_text(json.dumps(evaluation))
        with open(run / "train.log", "a") as file:
            file.write(f"{HOSTILE}\n")
        with open(run / "metrics.jsonl", "a") as file:
            file.write(json.dumps({"kind": "step", "split": HOSTILE, "epoch": 1, "step": 1, HOSTILE: 1.5}) + "\n")
        (run / "marks.json").write_text(json.dumps({"tags": [HOSTILE], "note": HOSTILE}))
        tab = self.open(allowed=("no text", "404", "409", "500", "400"))
        self.sees(tab, ".c-name a", HOSTILE, "a hostile name is not text")
        self.sees(tab, ".run-row", HOSTILE, "a hostile tag is not text")
        identity = urllib.parse.quote(run.name, safe="")
        for view in ["run?tab=" + name for name in ("curves", "results", "weights", "time", "draw", "details", "log")] + ["compare?", f"runs?q={identity}"]:
            tab.goto(f"{self.address}#{view}&{'run' if view.startswith('compare') else 'id'}={identity}")
            self.sees(tab, "main", HOSTILE, view)
            tab.wait_for_timeout(300)
            self.check(tab.evaluate("window.broken") is None, f"{view}: a hostile name ran a script")
            self.check(tab.locator("img").count() == 0, f"{view}: a hostile name became an element")
        self.close(tab)
        shutil.rmtree(run)

    def thousands(self):
        """5,000 runs, made by copying a small one."""
        runs = self.directory / "thousands"
        source = self.run("small")
        names = [name for name in ("config.json", "summary.json", "metrics.csv", "metrics.jsonl") if (source / name).exists()]
        for index in range(5000):
            run = runs / f"202611{1 + index // 1000:02}-{index % 1000:06}-copy-{index}"
            run.mkdir(parents=True)
            for name in names:
                shutil.copyfile(source / name, run / name)
        self.server.kill()
        self.server.wait()
        self.serve(runs)
        tab = self.open()
        self.sees(tab, ".count", "5,000 runs", "5,000 runs", 60)
        seconds = []
        for _ in range(3):
            begin = time.monotonic()
            tab.reload()
            tab.evaluate(FOUND, ["5,000 runs", 5])
            seconds.append(time.monotonic() - begin)
        if self.arguments.timed:
            self.check(min(seconds) < LISTED, f"5,000 runs are listed in {min(seconds):.2f} s")
        frames = tab.evaluate(FRAMES)
        if self.arguments.timed:
            self.check(frames["median"] < 34, f"a frame of scrolling takes {frames['median']:.0f} ms")
        self.check(frames["empty"] == 0, f"{frames['empty']} of 120 frames show no row")
        self.check(frames["rows"] < 100, f"{frames['rows']} rows exist")
        begin = time.monotonic()
        tab.locator("input[type=search]").fill("copy-4999")
        tab.evaluate(FOUND, ["1 of 5,000", 0])
        print(f"5,000 runs: listed in {min(seconds):.2f} s, frames of scrolling {frames['median']:.0f} ms (worst {frames['worst']:.0f}), search {time.monotonic() - begin:.2f} s")
        self.close(tab)
        self.server.kill()
        self.server.wait()
        self.serve()

    def views(self):
        small, other = (self.run(name).name for name in ("small", "one"))
        tabs = {name: f"run?id={small}&tab={name}" for name in ("curves", "results", "weights", "time", "draw", "details", "log")}
        tabs["cell"] = f"run?id={small}&tab=results&label=0&predicted=0"
        tabs["dialog"] = f"run?id={small}"
        views = {"list": "runs", **tabs, "compare": f"compare?run={small}&run={other}", "bin": "bin", "gone": "run?id=nothing"}
        for path in self.arguments.more:
            views[pathlib.Path(path).name] = path
        return views

    def pictures(self, directory):
        """Takes pictures of all views; none is wider than the screen."""
        looks = {
            "desk-en-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
            "desk-ko-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark", "language": "ko"},
            "phone-ko-light": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True, "language": "ko"},
            "phone-en-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
        }
        for look, options in looks.items():
            for name, view in self.views().items():
                tab = self.open(view, allowed=("404",), **options)
                tab.locator("main h1, main h2").first.wait_for()
                tab.wait_for_timeout(700 * self.arguments.patience)
                if name == "dialog":
                    tab.locator('[data-part="resume"]').click()
                if name == "list":
                    tab.locator(".rows input[type=checkbox]").first.check()
                width = tab.evaluate("document.documentElement.scrollWidth")
                self.check(width <= options["viewport"]["width"], f"{look} {name}: the page is {width} wide")
                self.check(tab.evaluate("document.documentElement.lang") == options.get("language", "en"), f"{look} {name}: lang")
                tab.screenshot(path=directory / f"{name}-{look}.png", full_page=True)
                self.close(tab)

    def prove(self):
        steps = self.arguments.only.split(",") if self.arguments.only else None

        def wanted(name):
            if steps is None or name in steps:
                print(name, flush=True)
                return True
            return False

        self.train("small", "--epochs", "3", "--log-every", "5", "--validation", "100")
        self.serve()
        if wanted("curves"):
            process = self.curves()
            if wanted("killed_server"):
                self.killed_server()
            self.killed_training(process)
        others = self.two_pages() if wanted("two_pages") else []
        if others and wanted("keyboard"):
            self.keyboard()
        for process in others:
            if process.poll() is None:
                process.kill()
            process.wait()
        for name in ("changed_runs", "bin", "hostile"):
            if wanted(name):
                getattr(self, name)()
        if wanted("pictures"):
            if not others:
                self.train("one", "--epochs", "2", "--cell", "gru", "--log-every", "5")
            self.pictures(self.arguments.pictures)
        if wanted("thousands"):
            self.thousands()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", default=".build/release/runs-page")
    parser.add_argument("--tool", default=".build/release/mnist-bilstm")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--data", default="datasets/mnist", help="directory of MNIST's test set")
    parser.add_argument("--pictures", metavar="DIR", type=pathlib.Path, default=pathlib.Path(".build/page-test"), help="where pictures of the views are written")
    parser.add_argument("--timed", action="store_true", help="the list of 5,000 runs has limits of time, for a quiet machine")
    parser.add_argument("--patience", type=float, default=1, metavar="FACTOR", help="factor of all limits of time, for slow builds and busy machines")
    parser.add_argument("--only", metavar="NAMES", help="only these proofs, with commas between")
    parser.add_argument("--more", nargs="*", default=[], metavar="VIEW", help="further views for pictures, as addresses after #")
    arguments = parser.parse_args()
    arguments.pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        print(f"Chromium {browser.version}")
        proof = Proof(arguments, browser, pathlib.Path(directory))
        try:
            proof.prove()
        finally:
            proof.end()
        browser.close()
    if proof.problems:
        sys.exit(f"runs_page_test: {len(proof.problems)} problems, each above")


if __name__ == "__main__":
    main()
