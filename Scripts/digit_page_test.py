"""Proves the page of `mnist-bilstm export --to html` in Chromium. Exit code 1 if anything differs from the program.

The page is opened from a file, with the network switched off. All images of an IDX file go through the page's own
functions and through `mnist-bilstm predict`: the classes are the same and the probabilities differ by at most 1e-5.
Digits are drawn by mouse and by touch; each drawing also goes through `predict` as a PNG file. Names that look like
markup stay text. No error reaches the console, and no request leaves the page.

Scripts/digit_page.sh makes the page and runs this.
"""

import argparse
import base64
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from playwright.sync_api import sync_playwright

from digit_drawing import DRAWING, STROKES, TOLERANCE, difference, draw_by_mouse, place, save

PREDICT = """(texts) => texts.map((text) => {
  const { logits, probabilities } = page.network.read(bytes(text));
  return { predicted: argmax(logits), probabilities: [...probabilities] };
})"""

HOSTILE = "</script><img src=x onerror=\"window.broken=1\">&lt;b>"


class Proof:
    def __init__(self, arguments, browser):
        self.arguments = arguments
        self.browser = browser
        self.problems = []
        self.address = pathlib.Path(arguments.page).resolve().as_uri()

    def check(self, is_right, text):
        if not is_right:
            self.problems.append(text)
            print(f"WRONG: {text}")

    def open(self, address=None, **options):
        """Opens the page without a network and listens to errors and requests."""
        context = self.browser.new_context(offline=True, **options)
        tab = context.new_page()
        address = address or self.address
        tab.on("console", lambda message: self.check(message.type not in ("error", "warning"), f"console: {message.text}"))
        tab.on("pageerror", lambda error: self.check(False, f"exception: {error}"))
        tab.on("request", lambda request: self.check(
            request.url == address or request.url.startswith("data:"), f"request of {request.url}"))
        tab.goto(address)
        return tab

    def predict(self, *options):
        """Returns what the program predicts."""
        arguments = self.arguments
        command = [arguments.tool, "predict", "--run", arguments.run, "--json", *map(str, options)]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def test_images(self):
        tab = self.open()
        expected = self.predict("--images", self.arguments.images)
        with gzip.open(self.arguments.images) as file:
            content = file.read()
        images = np.frombuffer(content, dtype=np.uint8, offset=16).reshape(len(expected), -1)
        largest, others = 0, []
        for start in range(0, len(expected), 500):
            part = [base64.b64encode(image.tobytes()).decode() for image in images[start : start + 500]]
            for offset, result in enumerate(tab.evaluate(PREDICT, part)):
                wanted = expected[start + offset]
                largest = max(largest, difference(result["probabilities"], wanted["probabilities"]))
                if result["predicted"] != wanted["predicted"]:
                    others.append(start + offset)
        self.check(not others, f"other classes than the program's: images {others[:20]}")
        self.check(largest <= TOLERANCE, f"probabilities differ by {largest:.1e}")
        print(f"{len(expected):,} test images: {len(others)} other classes, probabilities differ by at most {largest:.1e}")
        tab.context.close()

    def draw_by_touch(self, tab, strokes):
        session = tab.context.new_cdp_session(tab)

        def send(kind, point=None):
            x, y = place(tab, point) if point else (0, 0)
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}] if point else []})

        for first, *rest in strokes:
            send("touchStart", first)
            for point in rest:
                send("touchMove", point)
            send("touchEnd")

    def drawings(self, name, draw, **options):
        """Draws all digits; each must be predicted as the program predicts its picture."""
        tab = self.open(**options)
        right, wrong = [], []
        with tempfile.TemporaryDirectory() as directory:
            for digit, strokes in STROKES.items():
                tab.locator("#clear").click() if tab.locator("#clear").is_enabled() else None
                tab.locator("#field").scroll_into_view_if_needed()
                scroll = tab.evaluate("window.scrollY")
                draw(tab, strokes)
                tab.wait_for_timeout(60)
                self.check(tab.evaluate("window.scrollY") == scroll, f"{name}: the page scrolled while {digit} was drawn")
                drawn = tab.evaluate(DRAWING)
                (right if drawn["best"] == str(digit) else wrong).append(f"{digit} as {drawn['best']} ({drawn['share']})")
                path = pathlib.Path(directory, f"{digit}.png")
                save(drawn, path)
                (wanted,) = self.predict(path, "--polarity", "light-on-dark")
                different = difference(drawn["probabilities"], wanted["probabilities"])
                self.check(different <= TOLERANCE, f"{name}: {digit} differs from predict by {different:.1e}")
            strokes = tab.evaluate("page.drawing.strokes.length")
            tab.locator("#undo").click()
            self.check(tab.evaluate("page.drawing.strokes.length") == strokes - 1, f"{name}: undo removed no stroke")
        self.check(len(right) >= self.arguments.least, f"{name}: predicted {wrong}")
        print(f"{name}: {len(right)} of {len(STROKES)} digits are predicted right" + (f"; not {', '.join(wrong)}" if wrong else ""))
        tab.context.close()

    def wait_for_prefixes(self, tab):
        """Waits for the readings of the first rows; the page's policy forbids Playwright's own way of waiting."""
        for _ in range(200):
            if tab.evaluate("page.reading.prefixes.length === page.network.rows"):
                return
            tab.wait_for_timeout(50)
        self.check(False, "the first rows were not read in 10 seconds")

    def errors_of_the_run(self):
        """Loads an error by keyboard, and steps through the reading."""
        tab = self.open(reduced_motion="reduce")
        buttons = tab.locator("#error-list button")
        if buttons.count() == 0:
            print("the run has no errors to load")
            return
        buttons.first.focus()
        tab.keyboard.press("Enter")
        data = tab.evaluate("page.data.mistakes[0]")
        classes = tab.evaluate("page.network.classes")
        self.check(classes[data["label"]] in tab.locator("#note").inner_text(), "the true class of a loaded error")
        self.wait_for_prefixes(tab)
        last = tab.evaluate("[...page.reading.prefixes.at(-1)]")
        own = tab.evaluate("[...page.answer.probabilities]")
        self.check(difference(last, own) == 0, "the last row's prediction is not the network's own")
        tab.locator("#play").click()
        self.check(tab.locator("#step").input_value() == "1", "the first step after Play")
        tab.locator("#play").click()
        self.check(tab.locator("#step").input_value() == "2", "reduced motion: one step for each press")
        tab.context.close()
        tab = self.open()
        tab.locator("#error-list button").last.click()
        tab.locator("#play").click()
        tab.wait_for_timeout(500)
        step = int(tab.locator("#step").input_value())
        self.check(step > 1, "Play does not move the slider")
        tab.locator("#play").click()
        step = tab.locator("#step").input_value()
        tab.wait_for_timeout(300)
        self.check(tab.locator("#step").input_value() == step, "Pause does not stop the slider")
        tab.context.close()

    def hostile_names(self):
        """Opens the page with names that look like markup."""
        html = pathlib.Path(self.arguments.page).read_text()
        start = html.index('id="data">') + len('id="data">')
        end = html.index("</script>", start)
        data = json.loads(html[start:end])
        data["name"] = HOSTILE
        data["model"]["classes"] = [f"{HOSTILE}{index}" for index in range(len(data["model"]["classes"]))]
        text = json.dumps(data).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, "hostile.html")
            path.write_text(html[:start] + text + html[end:])
            tab = self.open(path.as_uri())
            draw_by_mouse(tab, STROKES[3])
            tab.wait_for_timeout(60)
            self.check(tab.locator("#best").inner_text().startswith(HOSTILE), "a hostile name of a class is not text")
            self.check(HOSTILE in tab.locator("main").inner_text(), "a hostile name of a run is not text")
            self.check(tab.evaluate("window.broken") is None, "a hostile name ran a script")
            self.check(tab.locator("img").count() == 0, "a hostile name became an element")
            tab.context.close()

    def pictures(self, directory):
        """Takes pictures of desk and phone, both languages and themes; nothing may be wider than the screen."""
        sizes = {"desk": {"width": 1100, "height": 900}, "phone": {"width": 390, "height": 844}}
        for size, viewport in sizes.items():
            for language in ("en", "ko"):
                for theme in ("light", "dark"):
                    tab = self.open(
                        viewport=viewport, color_scheme=theme, device_scale_factor=2, has_touch=size == "phone")
                    tab.locator(f"[data-language={language}]").click()
                    name = f"{size}-{language}-{theme}"
                    if directory:
                        tab.screenshot(path=f"{directory}/{name}-empty.png")
                    draw_by_mouse(tab, STROKES[5])
                    self.wait_for_prefixes(tab)
                    tab.locator("#step").fill(str(tab.evaluate("page.network.rows") * 3 // 5))
                    tab.mouse.move(1, 1)
                    width = tab.evaluate("document.documentElement.scrollWidth")
                    self.check(width <= viewport["width"], f"{name}: the page is {width} wide")
                    self.check(tab.evaluate("document.documentElement.lang") == language, f"{name}: lang")
                    if directory:
                        tab.screenshot(path=f"{directory}/{name}.png", full_page=True)
                    tab.context.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", help="the HTML file")
    parser.add_argument("run", help="the run or checkpoint of which it was made")
    parser.add_argument("--tool", default=".build/release/mnist-bilstm")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--images", default="datasets/mnist/t10k-images-idx3-ubyte.gz")
    parser.add_argument("--least", type=int, default=9, help="least number of the ten drawn digits that are predicted right")
    parser.add_argument("--pictures", metavar="DIR", help="write pictures of the page")
    arguments = parser.parse_args()
    if arguments.pictures:
        pathlib.Path(arguments.pictures).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        print(f"Chromium {browser.version}, {pathlib.Path(arguments.page).stat().st_size:,} bytes")
        proof = Proof(arguments, browser)
        proof.test_images()
        proof.drawings("mouse", draw_by_mouse, viewport={"width": 1100, "height": 900})
        proof.drawings(
            "touch", proof.draw_by_touch, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
            device_scale_factor=3)
        proof.errors_of_the_run()
        proof.hostile_names()
        proof.pictures(arguments.pictures)
        browser.close()
    if proof.problems:
        sys.exit(f"digit_page_test: {len(proof.problems)} problems, each above")


if __name__ == "__main__":
    main()
