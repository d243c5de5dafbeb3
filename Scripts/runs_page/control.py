"""Proofs of the page's controls of a training: draw for its newest weights, resume and stop it."""

import hashlib
import json
import subprocess

from digit_drawing import DRAWING, STROKES, TOLERANCE, difference, draw_by_mouse, save
from runs_page.stage import RECORD

# The step of the weights in the frame, with the drawing and the answer of the same moment.
ANSWER = f"() => ({{ step: page.data.step, ...({DRAWING})() }})"


class Control:
    """A digit drawn for a run that trains, a run resumed with more epochs, and a run that is stopped."""

    def draw(self):
        """The answer to a drawing follows the checkpoints, and equals `predict` with each of them."""
        process = self.train("drawn", "--epochs", "100000", "--checkpoint-every", "300steps", "--keep-checkpoints", "100000", wait=False)
        tab = self.open(f"run?id={self.run('drawn').name}&tab=draw", allowed=("404",))
        frame = tab.locator(".draw-place iframe").element_handle(timeout=60000 * self.arguments.patience).content_frame()
        frame.locator("#field").wait_for()
        frame.locator("#field").scroll_into_view_if_needed()
        draw_by_mouse(frame, STROKES[3], tab.mouse)
        tab.wait_for_timeout(100)
        answers = [frame.evaluate(ANSWER)]
        self.check(frame.evaluate("page.drawing.strokes.length") == 1, "the mouse drew no stroke")
        for _ in range(2):
            self.wait(lambda: frame.evaluate("page.data.step") > answers[-1]["step"], "no new checkpoint answers", 60)
            answers.append(frame.evaluate(ANSWER))
        process.kill()
        process.wait()
        self.check(len({answer["ink"] for answer in answers}) == 1, "the drawing changes with the checkpoint")
        largest = 0
        for answer in answers:
            checkpoint = self.run("drawn") / "checkpoints" / f"step-{answer['step']:07}.safetensors"
            picture = self.directory / f"drawn-{answer['step']}.png"
            save(answer, picture)
            command = [self.arguments.tool, "predict", "--run", checkpoint, picture, "--polarity", "light-on-dark", "--json"]
            wanted = json.loads(subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout)
            largest = max(largest, difference(answer["probabilities"], wanted["probabilities"]))
            self.check(answer["best"] == str(wanted["predicted"]), f"step {answer['step']}: the page says {answer['best']}, predict {wanted['predicted']}")
        self.check(largest <= TOLERANCE, f"a drawing's probabilities differ from predict's by {largest:.1e}")
        for before, after in zip(answers, answers[1:]):
            self.check(before["probabilities"] != after["probabilities"], f"the answer of step {after['step']} is that of step {before['step']}")
        self.sees(tab, '[role="status"]', f"{frame.evaluate('page.data.step'):,}", "the step that answers")
        print(f"draw: steps {', '.join(str(answer['step']) for answer in answers)}, probabilities differ from predict's by at most {largest:.1e}")
        self.close(tab)

    def rows_of(self, tab, metric="loss"):
        """The numbers of a chart's table: {column: {step: text}}."""
        chart = tab.locator(f'[data-metric="{metric}"]')
        chart.locator("summary").click()
        chart.locator("tbody tr").first.wait_for(state="attached")
        heads = chart.locator("thead th").all_inner_texts()
        rows = chart.locator("tbody tr").evaluate_all("(rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))")
        chart.locator("summary").click()
        return {head: {row[0]: row[place] for row in rows if row[place]} for place, head in enumerate(heads) if place > 0}

    def records_of(self, name):
        """The records of a run without the times, which differ from run to run."""
        return [{key: text for key, text in RECORD.findall(line) if "second" not in key} for line in self.lines(name)]

    def resume(self):
        """A run that is resumed by the page with more epochs equals one that was never interrupted."""
        options = ("--log-every", "5", "--validation", "100", "--seed", "7")
        self.train("whole", "--epochs", "4", *options)
        self.train("part", "--epochs", "2", *options)
        tab = self.open(f"run?id={self.run('part').name}", allowed=("404",))
        self.sees(tab, "header .badge", "finished", "a run of two epochs")
        before = self.rows_of(tab)
        tab.locator('[data-part="resume"]').click()
        self.wait(lambda: tab.locator("dialog[open]").count() == 1, "Resume does not ask")
        tab.locator("dialog button", has_text="Cancel").click()
        self.wait(lambda: tab.locator("dialog").count() == 0, "Cancel leaves the dialog")
        self.check(json.loads((self.run("part") / "summary.json").read_text())["epochs"] == 2, "Cancel resumes the run")
        tab.locator('[data-part="resume"]').click()
        tab.locator('dialog input[type="number"]').fill("4")
        tab.locator("dialog button", has_text="Resume").click()
        self.wait(lambda: len(self.lines("part")) == len(self.lines("whole")), "the resumed run does not go on", 60)
        self.sees(tab, "header .figures", "4 / 4", "the epochs of the resumed run")
        self.sees(tab, "header .badge", "finished", "the resumed run")
        self.check(tab.locator("dialog").count() == 0, "the dialog stays after Resume")
        self.check(self.records_of("part") == self.records_of("whole"), "the records of the resumed run differ from those of a whole one")
        hashes = {
            name: {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (self.run(name) / "checkpoints").iterdir()}
            for name in ("part", "whole")}
        self.check(hashes["part"] == hashes["whole"], "the checkpoints of the resumed run differ from those of a whole one")
        written = {}
        for record in self.records_of("whole"):
            written.setdefault((record["kind"].strip('"'), record["split"].strip('"')), {})[record["step"]] = record["loss"]
        expected = {"Training, steps": written[("step", "train")], "Training, epochs": written[("epoch", "train")], "Validation": written[("epoch", "validation")]}
        rows = {}
        self.wait(lambda: rows.update(self.rows_of(tab)) or all(rows.get(head) == values for head, values in expected.items()), "the curve of the resumed run is not that of a whole one", 10)
        self.check(all(len(rows[head]) == 2 * len(values) for head, values in before.items() if head in expected), "the curve does not continue")
        print(f"resume: {len(rows['Training, steps'])} steps on the curve, {len(hashes['part'])} checkpoints, all bytes equal")
        self.close(tab)

    def stop(self):
        """Stop asks, and does nothing before the answer; then the training ends with its state, reason and exit code."""
        process = self.train("halted", "--epochs", "100000", "--log-every", "20", wait=False)
        tab = self.open(f"run?id={self.run('halted').name}", allowed=("404",))
        self.sees(tab, "header .badge", "running", "a run that trains")
        tab.locator('[data-part="stop"]').click()
        self.sees(tab, "dialog", "halted", "the question names no run")
        tab.locator("dialog button", has_text="Cancel").click()
        tab.wait_for_timeout(1500)
        self.check(process.poll() is None and not (self.run("halted") / "stop").exists(), "Cancel stops the training")
        tab.locator('[data-part="stop"]').click()
        tab.locator("dialog button.danger").click()
        self.sees(tab, "header .badge", "stopped", "Stop")
        code = process.wait(timeout=20)
        self.check(code == 75, f"a training that is stopped ends with exit code {code}, expected 75")
        summary = json.loads((self.run("halted") / "summary.json").read_text())
        self.check((summary["state"], summary["reason"]) == ("stopped", "request from another program"), f"summary.json has {summary['state']}, {summary.get('reason')}")
        self.sees(tab, "header .state", "request", "why the run ended")
        self.check(tab.locator('[data-part="stop"]').count() == 0, "Stop is offered for a run that has ended")
        self.check(tab.locator('[data-part="resume"]').count() == 1, "Resume is not offered for a run that was stopped")
        print(f"stop: after {summary['steps']:,} steps, exit code {code}")
        self.close(tab)
