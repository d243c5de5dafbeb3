"""Proofs of the views of sweeps, forecasts, sequences and texts: their numbers equal the numbers in the files."""

import csv
import json
import math
import statistics

from runs_page.stage import RECORD

# A desk and a phone, each light and dark, in English and Korean.
LOOKS = {
    "desk-en-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "desk-ko-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark", "language": "ko"},
    "phone-en-light": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
    "phone-ko-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True, "language": "ko"},
}
ROWS = "(table) => [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()))"
TITLES = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}


def number(text):
    """The number at the beginning of a text of the page."""
    return float(text.replace("−", "-").replace("\u00a0", " ").split()[0])


def is_shown(text, value):
    """Whether a text begins with a number that is `value` rounded to the places that the text has, two digits at least."""
    shown = text.split()[0]
    places = len(shown.partition(".")[2])
    is_exact_enough = places >= 2 or len(shown.lstrip("-−0.").replace(".", "")) >= 2
    return is_exact_enough and abs(number(text) - value) <= 0.5001 * 10.0**-places


def spread(values):
    return statistics.fmean(values), statistics.stdev(values)


def paired_p(differences):
    """The p-value of a two-sided paired t-test over three pairs, for which the distribution of t is elementary."""
    mean, deviation = spread(differences)
    t = abs(mean) / (deviation / math.sqrt(3))
    return 1 - t / math.sqrt(2 + t * t)


def holm(values):
    """The p-values, corrected by Holm for their number."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    corrected, largest = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1, (len(values) - rank) * values[place]))
        corrected[place] = largest
    return corrected


class Kinds:
    """A sweep, a forecast run of three models with days after the last, a run of sequences, and one of text."""

    def everywhere(self, view, wait_for, check):
        """Opens a view in all looks. It is no wider than the screen, and `check(tab)` holds in each."""
        for look, options in LOOKS.items():
            self.where = f"{look} {view}: "
            tab = self.open(view, **options)
            tab.locator(wait_for).first.wait_for()
            check(tab)
            width = tab.evaluate("document.documentElement.scrollWidth")
            self.check(width <= options["viewport"]["width"], f"the page is {width} wide")
            self.close(tab)
            self.where = ""

    def rows(self, tab, selector):
        return tab.locator(selector).first.evaluate(ROWS)

    def expect(self, shown, value, name):
        self.check(is_shown(shown, value), f"{name}: {shown}, the files have {value}")

    # Sweeps

    def make_sweep(self):
        """Two settings of two options each, three seeds of each setting."""
        if (self.runs / "sweeps" / "small").exists():
            return
        command = [
            self.arguments.tool, "sweep", "--runs", self.runs, "--name", "small", "--seeds", "0-2", "--set", "cell=lstm,gru",
            "--set", "learning-rate=0.01,0.001", "--dataset", "idx", "--data", self.data, "--epochs", "2", "--hidden-size", "16",
            "--batch-size", "20", "--validation", "100"]
        code = self.start(command, "sweep.txt").wait()
        self.check(code == 0, f"the sweep failed: {(self.directory / 'sweep.txt').read_text()[-500:]}")

    def sweep(self):
        self.make_sweep()
        directory = self.runs / "sweeps" / "small"
        with open(directory / "results.csv") as file:
            results = list(csv.DictReader(file))
        settings = {}
        for row in results:
            settings.setdefault((row["cell"], row["learning_rate"]), {})[row["seed"]] = row
        values = {key: [float(row["validation_accuracy"]) for row in rows.values()] for key, rows in settings.items()}
        losses = {key: [float(row["validation_loss"]) for row in rows.values()] for key, rows in settings.items()}
        best = max(values, key=lambda key: (statistics.fmean(values[key]), -statistics.fmean(losses[key])))
        others = [key for key in values if key != best]
        gaps = {key: [one - other for one, other in zip(values[best], values[key], strict=True)] for key in others}
        p = dict(zip(others, holm([paired_p(gaps[key]) for key in others]), strict=True))
        test = spread([score["accuracy"] for score in json.loads((directory / "test.json").read_text())["scores"]])

        def check(tab):
            rows = self.rows(tab, ".sweep-table")
            self.check(len(rows) == 4, f"{len(rows)} settings in the table")
            means = [number(row[1]) for row in rows]
            self.check(means == sorted(means, reverse=True), f"the settings are not in the order of their accuracy: {means}")
            found = [key for row in rows for key in values if row[0].endswith(f"cell {key[0]}, learning-rate {key[1]}")]
            self.check(sorted(found) == sorted(values), f"settings {found}")
            for key, row in zip(found, rows):
                mean, deviation = row[1].split("±")
                self.expect(mean, spread(values[key])[0], f"{key}: mean accuracy")
                self.expect(deviation, spread(values[key])[1], f"{key}: deviation of the accuracy")
                mean, deviation = row[3].split("±")
                self.expect(mean, spread(losses[key])[0], f"{key}: mean loss")
                self.expect(deviation, spread(losses[key])[1], f"{key}: deviation of the loss")
                self.expect(row[4], spread(values[key])[1] / math.sqrt(3), f"{key}: standard error")
                self.check(row[7] == "3", f"{key}: {row[7]} runs done")
                if key == best:
                    self.check((row[5], row[6]) == ("–", "–"), f"the best setting has a gap: {row[5]}, {row[6]}")
                    continue
                mean, error = row[5].split("±")
                self.expect(mean, spread(gaps[key])[0], f"{key}: gap")
                self.expect(error, spread(gaps[key])[1] / math.sqrt(3), f"{key}: standard error of the gap")
                self.check(error.strip().endswith("(3)"), f"{key}: {error} pairs")
                self.expect(row[6], p[key], f"{key}: p")
            self.check(found[:1] == [best], f"the first setting is {found[:1]}, the best is {best}")
            chips = tab.locator(".sweep-table .chip").evaluate_all("(chips) => chips.map((chip) => chip.closest('tr').rowIndex)")
            self.check(chips == [1], f"rows {chips} are marked as the best")
            shown = tab.locator("header.panel").inner_text()
            self.check(f"{test[0]:.2f}" in shown, f"the test accuracy {test[0]:.2f} is not in the head: {shown}")
            dots = tab.locator(".sweep-table .dots a").count()
            self.check(dots == 12, f"{dots} of 12 runs are dots")

        self.everywhere("sweep?id=sweeps%2Fsmall", ".sweep-table", check)
        tab = self.open()
        tab.locator(".sweeps a", has_text="small").click()
        tab.locator(".sweep-table").wait_for()
        tab.locator(".sweep details summary").first.click()
        tab.locator(".sweep details .button").first.click()
        self.sees(tab, ".compare table", "seed", "the runs of a setting are not compared")
        self.check(tab.locator(".compare tbody tr").count() >= 3, "not three runs of a setting are compared")
        self.close(tab)
        print(f"sweep: 4 settings of 3 seeds, p of {', '.join(f'{value:.3f}' for value in p.values())}")

    # Forecasts

    def make_forecast(self):
        if list(self.runs.glob("*-prices")):
            return
        command = [
            self.program("stock-forecast"), "train", "--data", self.datasets / "sp500" / "sp500.csv.gz", "--rows", "120", "--train-windows", "80",
            "--epochs", "10", "--seeds", "2", "--horizon", "5", "--runs", self.runs, "--name", "prices", "--print-every", "0"]
        self.check(self.start(command, "prices.txt").wait() == 0, f"the forecasts failed: {(self.directory / 'prices.txt').read_text()[-500:]}")

    def forecast(self):
        self.make_forecast()
        run = self.run("prices")
        record = json.loads((run / "forecast.json").read_text())
        models = {
            TITLES[model["model"]]: {
                "mean": [statistics.fmean(day) for day in zip(*(member["forecasts"] for member in model["members"]), strict=True)],
                "future": [statistics.fmean(day) for day in zip(*(member["future"] for member in model["members"]), strict=True)]}
            for model in record["models"]}
        self.check(list(models) == ["RNN", "LSTM", "GRU"], f"models: {list(models)}")
        split = record["train_count"]
        errors = {}
        for model in record["models"]:
            for place, days in ((0, slice(0, split)), (1, slice(split, None))):
                of_seeds = []
                for member in model["members"]:
                    differences = [one - other for one, other in zip(member["forecasts"][days], record["actual"][days], strict=True)]
                    mse = statistics.fmean(value * value for value in differences)
                    of_seeds.append((math.sqrt(mse), statistics.fmean(map(abs, differences)), mse))
                errors[(TITLES[model["model"]], place)] = [spread(values) for values in zip(*of_seeds, strict=True)]

        def check(tab):
            chart = tab.locator('[data-metric="forecast"]')
            chart.locator("summary").click()
            chart.locator("tbody tr").first.wait_for(state="attached")
            heads = chart.locator("thead th").all_inner_texts()
            rows = self.rows(tab, '[data-metric="forecast"] table')
            dates = record["dates"] + record["future_dates"]
            self.check([row[0] for row in rows] == dates, "the dates are not those of forecast.json")
            columns = {1: record["actual"], 2: record["previous"]}
            for place, values in enumerate(models.values()):
                columns[3 + 2 * place] = values["mean"]
                columns[4 + 2 * place] = [None] * len(record["dates"]) + values["future"]
            self.check(len(heads) == 1 + len(columns), f"columns {heads}")
            for place, values in columns.items():
                for row, value in zip(rows, values):
                    is_right = (row[place] == "") if value is None else row[place] != "" and math.isclose(float(row[place]), value, rel_tol=1e-12)
                    self.check(is_right, f"{heads[place]} on {row[0]}: {row[place]!r}, forecast.json has {value}")
                self.check(all(row[place] == "" for row in rows[len(values):]), f"{heads[place]} has values after its last day")
            rows = self.rows(tab, "table.scores")
            self.check(len(rows) == 8, f"{len(rows)} rows of scores")
            self.check([row[0] for row in rows[:3] + rows[4:7]] == 2 * list(models), f"models {[row[0] for row in rows]}")
            for index, row in enumerate(rows):
                if index % 4 == 3:
                    self.check(row[6] == "–", f"{row[0]} has a direction: {row[6]}")
                    continue
                self.check(row[2] == str([split, len(record["dates"]) - split][index // 4]), f"{row[0]}: {row[2]} days")
                for text, (mean, deviation) in zip(row[3:6], errors[(row[0], index // 4)], strict=True):
                    self.expect(text.split("±")[0], mean, f"{row[0]}, {row[1]}")
                    self.expect(text.split("±")[1], deviation, f"{row[0]}, {row[1]}: deviation")

        self.everywhere(f"run?id={run.name}", "table.scores", check)
        print(f"forecast: {len(record['dates'])} days and {len(record['future_dates'])} after the last, of {', '.join(models)}")

    # Sequences and texts

    def make_sequences(self):
        if not list(self.runs.glob("*-vowels")):
            self.train_sequences("vowels", "--data", self.datasets / "japanese-vowels" / "JapaneseVowels_TRAIN.ts.gz", "--epochs", "3", "--hidden-size", "8")

    def make_text(self):
        if not list(self.runs.glob("*-poems")):
            self.train_sequences("poems", "--text", self.datasets / "poems" / "poems.txt", "--epochs", "3", "--hidden-size", "16", "--batch-size", "4", "--log-every", "1")

    def train_sequences(self, name, *options):
        command = [self.program("sequence-classifier"), "train", "--runs", self.runs, "--name", name, "--threads", "1", *options]
        self.check(self.start(command, f"{name}.txt").wait() == 0, f"training {name} failed: {(self.directory / f'{name}.txt').read_text()[-500:]}")

    def sequences(self):
        self.make_sequences()
        run = self.run("vowels")
        evaluation, summary = (json.loads((run / f"{name}.json").read_text()) for name in ("evaluation", "summary"))
        confusion = evaluation["confusion"]
        count = sum(map(sum, confusion))
        mistakes = count - sum(row[place] for place, row in enumerate(confusion))

        def check(tab):
            rows = self.rows(tab, "table.confusion")
            self.check([row[0] for row in rows] == evaluation["classes"], f"classes {[row[0] for row in rows]}")
            self.check([[int(text or 0) for text in row[1:]] for row in rows] == confusion, "the confusion matrix is not that of evaluation.json")
            for place, row in enumerate(self.rows(tab, "table.classes")):
                predicted = sum(line[place] for line in confusion)
                self.check(row[1] == str(sum(confusion[place])), f"class {row[0]}: {row[1]} sequences")
                self.expect(row[3], 100 * confusion[place][place] / sum(confusion[place]), f"class {row[0]}: recall")
                if predicted:
                    self.expect(row[2], 100 * confusion[place][place] / predicted, f"class {row[0]}: precision")
            self.wait(lambda: tab.locator(".sequences svg").count() > 0, "no mistake is drawn")
            drawn = tab.locator(".sequences li").count()
            self.check(drawn == min(mistakes, len(evaluation["mistakes"])), f"{drawn} of {mistakes} mistakes are drawn")
            lines = tab.locator(".sequences svg").first.locator("polyline").count()
            self.check(lines == 12, f"a sequence of 12 channels has {lines} lines")
            figures = tab.locator("header .figures").inner_text()
            for key in ("test_accuracy", "test_standard_error"):
                self.check(f"{summary[key]:.2f}" in figures, f"{key} {summary[key]:.2f} is not in the head")

        self.everywhere(f"run?id={run.name}&tab=results", ".sequences li", check)
        print(f"sequences: {count} in the confusion matrix, {mistakes} mistakes")

    def text(self):
        self.make_text()
        run = self.run("poems")
        summary = json.loads((run / "summary.json").read_text())
        written = {}
        for line in self.lines("poems"):
            record = {name: text.strip('"') for name, text in RECORD.findall(line)}
            written[(record["kind"], record["split"], record["step"])] = record["perplexity"]

        # Characters of an epoch: by its own speed, and by the speeds of its steps.
        counts = {"step": 0.0, "epoch": 0.0}
        for line in self.lines("poems"):
            record = json.loads(line)
            if "seconds" in record:
                counts[record["kind"]] += record["characters_per_second"] * record["seconds"]
        self.check(abs(counts["step"] - counts["epoch"]) < 1, f"the steps read {counts['step']:.0f} characters, their epochs {counts['epoch']:.0f}")

        def check(tab):
            figures = tab.locator("header .figures").inner_text()
            best = min(float(value) for (kind, part, _), value in written.items() if (kind, part) == ("epoch", "validation"))
            self.check(f"{best:.1f}" in figures, f"the perplexity {best:.1f} is not in the head: {figures}")
            chart = tab.locator('[data-metric="perplexity"]')
            chart.locator("summary").click()
            chart.locator("tbody tr").first.wait_for(state="attached")
            rows = self.rows(tab, '[data-metric="perplexity"] table')
            columns = [("step", "train"), ("epoch", "train"), ("epoch", "validation")]
            shown = {(*columns[place], step): value for step, *values in rows for place, value in enumerate(values) if value}
            self.check(shown == written, "the perplexity is not that of metrics.jsonl")

        self.everywhere(f"run?id={run.name}", '[data-metric="perplexity"]', check)
        print(f"text: {len(written)} values of the perplexity, validation {summary['validation_perplexity']:.1f}")
