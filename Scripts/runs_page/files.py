"""Proofs of a page whose runs are changed: by others, by the page, by hostile names; and of thousands of runs."""

import json
import shutil
import time
import urllib.parse

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


class Files:
    """Runs that are damaged, renamed, deleted and restored, runs with hostile names, and 5,000 runs."""

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
