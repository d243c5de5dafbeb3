"""Proofs of a page that shows trainings while they run, and end."""

import signal

from runs_page.stage import RECORD


class Live:
    """The curves of trainings that run, the ends of a server and of a training, two pages, and the keyboard."""

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
        self.wait(lambda: "smooth=0.5" in tab.url, "smoothing is not in the address")
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
        outline = """() => {
          const [node, style] = [document.activeElement, getComputedStyle(document.activeElement)];
          return node === document.body || node.id === "main" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
        }"""

        def press_until(condition, key="Tab", most=120):
            for count in range(most):
                at = tab.evaluate(reach)
                self.check(count == 0 or tab.evaluate(outline), f"nothing shows the focus at {at}")
                if condition(at):
                    return True
                tab.keyboard.press(key)
            return False

        for _ in range(2):
            self.check(press_until(lambda at: "|check|" in at), "no box of a run is reached by Tab")
            tab.keyboard.press("Space")
            tab.keyboard.press("Tab")
        self.wait(lambda: tab.locator(".rows input:checked").count() == 2, "Space does not select runs")
        self.check(press_until(lambda at: "primary" in at), "Compare is not reached by Tab")
        tab.keyboard.press("Enter")
        # The address is asked of the page: Playwright's own copy does not change while this script waits.
        address = lambda: tab.evaluate("location.href")
        self.wait(lambda: "#compare?run=" in address(), "Enter does not compare")
        self.check(address().count("run=") == 2, f"not two runs in {address()}")
        tab.locator('[data-metric="loss"]').wait_for()
        tab.goto(f"{self.address}#run?id={self.run('two').name}")
        tab.locator('[data-part="stop"]').wait_for()
        self.check(press_until(lambda at: "|stop|" in at), "Stop is not reached by Tab")
        tab.keyboard.press("Enter")
        self.wait(lambda: tab.locator("dialog[open]").count() == 1, "Stop does not ask")
        self.check(press_until(lambda at: "danger" in at and "dialog" in at), "the dialog's Stop is not reached by Tab")
        tab.keyboard.press("Enter")
        self.sees(tab, "header .badge", "stopped", "Stop", 20)
        self.close(tab)
