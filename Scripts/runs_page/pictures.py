"""Pictures of all views of the page, and what they must have for every reader."""

import fcntl
import json
import pathlib
import re
import shutil

from runs_page.kinds import LOOKS

ACCESS = pathlib.Path(__file__).with_name("access.js").read_text()
LONG = "a-run-with-a-very-long-name-that-someone-has-made-from-all-its-options-hidden-size-128-learning-rate-0.001-dropout-0.25"
LONG_KOREAN = "은닉상태128학습률0001드롭아웃025로학습한아주긴이름의실행입니다정말로길어서한줄에들어가지않습니다"


class Pictures:
    """All views on a desk and on a phone, light and dark, in English and Korean.

    None is wider than the screen, its texts have the contrast of WCAG AA, and its controls and pictures have names.
    """

    def copy(self, name, change=None):
        """Makes a run by copying a small one. - change(directory)"""
        run = self.runs / f"20261103-000000-{name}"
        if not run.exists():
            shutil.copytree(self.run("small"), run)
            if change:
                change(run)
        return run.name

    def make_states(self):
        """Makes runs in rare states. Returns their views."""

        def begin(run):
            for path in [*run.glob("*.svg"), *run.glob("*.png"), *run.glob("events*"), *(run / f"{name}" for name in ("metrics.csv", "metrics.jsonl", "evaluation.json", "report.html"))]:
                path.unlink(missing_ok=True)
            shutil.rmtree(run / "checkpoints")
            (run / "train.log").write_text("")
            self.set_summary(
                run, state="running", epochs=0, steps=0, training_seconds=0, seconds_of_epoch=0, images_per_second=0,
                kept=("started", "updated", "peak_memory_bytes"))

        def fail(run):
            self.set_summary(run, state="failed", reason="loss is not finite")
            (run / "evaluation.json").unlink()

        def describe(run):
            (run / "marks.json").write_text(json.dumps({"tags": ["baseline", LONG[:40].strip("-"), "대조군"], "note": f"{LONG} " * 3}))

        def scale(factor):
            def change(run):
                path = run / "metrics.jsonl"
                path.write_text(re.sub(r'"loss":([0-9.e-]+)', lambda match: f'"loss":{float(match[1]) * factor}', path.read_text()))
            return change

        forecast = self.runs / "20261103-000000-forecast-begun"
        if not forecast.exists():
            shutil.copytree(self.run("prices"), forecast, ignore=shutil.ignore_patterns("forecast.json", "*.svg", "*.csv", "report.html", "rnn-*", "lstm-*", "gru-*"))
        begun, failed = self.copy("begun", begin), self.copy("diverged", fail)
        # The lock of a training, so that the run counts as running; Python closes it at the end.
        self.lock = open(self.runs / begun / "lock", "a")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        long, korean = self.copy(LONG, describe), self.copy(LONG_KOREAN, describe)
        many = [self.copy(f"copy-{index:02}", scale(0.7 + 0.03 * index)) for index in range(30)]
        return {
            "begun": f"run?id={begun}", "begun-log": f"run?id={begun}&tab=log", "begun-draw": f"run?id={begun}&tab=draw", "begun-time": f"run?id={begun}&tab=time",
            "begun-weights": f"run?id={begun}&tab=weights", "begun-results": f"run?id={begun}&tab=results", "failed": f"run?id={failed}",
            "forecast-begun": f"run?id={forecast.name}",
            "long": f"run?id={long}", "long-korean": f"run?id={korean}", "long-compare": f"compare?run={long}&run={korean}",
            "many": "compare?" + "&".join(f"run={name}" for name in many), "none-found": "runs?q=nothing-has-this-name"}

    def set_summary(self, run, kept=None, **changes):
        path = run / "summary.json"
        summary = json.loads(path.read_text())
        path.write_text(json.dumps({**{key: value for key, value in summary.items() if kept is None or key in kept}, **changes}))

    def views(self):
        self.make_sweep()
        self.make_forecast()
        self.make_sequences()
        self.make_text()
        small, other, forecast, sequences, text = (self.run(name).name for name in ("small", "one", "prices", "vowels", "poems"))
        tabs = {name: f"run?id={small}&tab={name}" for name in ("curves", "results", "weights", "time", "draw", "details", "log")}
        tabs["cell"] = f"run?id={small}&tab=results&label=0&predicted=0"
        tabs["dialog"] = f"run?id={small}"
        views = {
            "list": "runs", **tabs, "compare": f"compare?run={small}&run={other}", "bin": "bin", "gone": "run?id=nothing",
            "sweep": "sweep?id=sweeps%2Fsmall", "forecast": f"run?id={forecast}", "forecast-details": f"run?id={forecast}&tab=details",
            "sequences": f"run?id={sequences}&tab=results", "text": f"run?id={text}", **self.make_states()}
        for path in self.arguments.more:
            views[pathlib.Path(path).name] = path
        return views

    def pictures(self, directory):
        """Takes the pictures: in all looks if their directory is named, otherwise in two, to be quick."""
        looks = LOOKS if directory else ("desk-en-light", "phone-ko-dark")
        directory = directory or pathlib.Path(".build/page-test")
        directory.mkdir(parents=True, exist_ok=True)
        chosen = self.arguments.views
        views = {name: view for name, view in self.views().items() if not chosen or name in chosen.split(",")}
        for look in looks:
            for name, view in views.items():
                self.picture(directory, look, name, view)
        # The list of a directory without runs.
        empty = self.directory / "empty"
        empty.mkdir()
        self.server.kill()
        self.server.wait()
        self.serve(empty)
        for look in looks:
            self.picture(directory, look, "empty", "runs")
        self.server.kill()
        self.server.wait()
        self.serve()
        print(f"pictures: {len(views)} views and an empty list in {len(looks)} looks in {directory}")

    def point_at_many(self, tab):
        """At the cursor of 30 curves, the twelve nearest to the pointer have their numbers, and the others are counted."""
        plot = tab.locator('[data-metric="loss"] canvas')
        plot.scroll_into_view_if_needed()
        plot.hover(position={"x": 120, "y": 12})
        tip = tab.locator('[data-metric="loss"] .tip')
        tip.wait_for()
        names = tip.locator("dt").all_inner_texts()
        self.check(names == [f"copy-{index:02}" for index in range(18, 30)], f"at the top of 30 curves, the cursor names {names}")
        self.check("18" in tip.locator("p").last.inner_text(), "the cursor does not count the other curves")

    def picture(self, directory, look, name, view):
        options = LOOKS[look]
        self.where = f"{look} {name}: "
        tab = self.open(view, allowed=("404", "409", "500"), **options)
        tab.locator("main h1, main h2").first.wait_for()
        tab.wait_for_timeout(400 * self.arguments.patience)
        if name == "dialog":
            tab.locator('[data-part="resume"]').click()
        if name == "list":
            tab.locator(".rows input[type=checkbox]").first.check()
        if name == "many":
            self.point_at_many(tab)
        width = tab.evaluate("document.documentElement.scrollWidth")
        self.check(width <= options["viewport"]["width"], f"the page is {width} wide")
        self.check(tab.evaluate("document.documentElement.lang") == options.get("language", "en"), "lang")
        tab.screenshot(path=directory / f"{name}-{look}.png", full_page=True)
        for problem in tab.evaluate(ACCESS):
            self.check(False, problem)
        self.close(tab)
        self.where = ""
