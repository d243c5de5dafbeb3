"""Drawing digits on the page of `export --to html`, for digit_page_test.py and runs_page_test.py."""

import base64
import math

from PIL import Image

# The largest difference of a probability on the page from the program's.
TOLERANCE = 1e-5

# Strokes of the digits 0 to 9: points (x, y) in shares of the field's sides.
STROKES = {
    0: [[(0.5, 0.2), (0.36, 0.27), (0.3, 0.5), (0.36, 0.73), (0.5, 0.8), (0.64, 0.73), (0.7, 0.5), (0.64, 0.27), (0.5, 0.2)]],
    1: [[(0.52, 0.2), (0.5, 0.5), (0.48, 0.8)]],
    2: [[(0.32, 0.34), (0.38, 0.23), (0.52, 0.2), (0.65, 0.28), (0.64, 0.43), (0.5, 0.6), (0.32, 0.78), (0.5, 0.78), (0.7, 0.76)]],
    3: [[(0.34, 0.25), (0.5, 0.2), (0.65, 0.28), (0.62, 0.42), (0.46, 0.48), (0.64, 0.55), (0.67, 0.68), (0.55, 0.79), (0.34, 0.75)]],
    4: [[(0.38, 0.22), (0.33, 0.52), (0.5, 0.54), (0.68, 0.52)], [(0.66, 0.24), (0.63, 0.5), (0.62, 0.82)]],
    5: [[(0.66, 0.22), (0.4, 0.23), (0.37, 0.46), (0.52, 0.44), (0.65, 0.54), (0.64, 0.7), (0.5, 0.8), (0.33, 0.75)]],
    6: [[(0.6, 0.2), (0.44, 0.36), (0.35, 0.58), (0.38, 0.75), (0.52, 0.8), (0.64, 0.7), (0.6, 0.57), (0.47, 0.55), (0.37, 0.66)]],
    7: [[(0.32, 0.24), (0.5, 0.24), (0.68, 0.22), (0.58, 0.45), (0.46, 0.8)]],
    8: [[(0.62, 0.28), (0.5, 0.2), (0.38, 0.28), (0.42, 0.42), (0.58, 0.54), (0.64, 0.68), (0.5, 0.8), (0.37, 0.69), (0.44, 0.54), (0.6, 0.4), (0.62, 0.28)]],
    9: [[(0.64, 0.32), (0.5, 0.22), (0.38, 0.3), (0.4, 0.44), (0.53, 0.48), (0.64, 0.38), (0.64, 0.32), (0.62, 0.55), (0.58, 0.8)]],
}

# The drawing of the page, and its answer.
DRAWING = """() => ({
  best: document.getElementById("best").textContent, share: document.getElementById("best-share").textContent,
  probabilities: [...page.answer.probabilities], ink: btoa(String.fromCharCode(...page.drawing.ink)),
  width: page.drawing.width, height: page.drawing.height,
})"""


def place(tab, point):
    """Returns the place of a point on the screen. - tab: the page, or the frame that has it."""
    box = tab.locator("#field").bounding_box()
    return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]


def draw_by_mouse(tab, strokes, mouse=None):
    """Draws strokes. - mouse: the mouse of the page around a frame."""
    mouse = mouse or tab.mouse
    for first, *rest in strokes:
        mouse.move(*place(tab, first))
        mouse.down()
        for point in rest:
            mouse.move(*place(tab, point), steps=4)
        mouse.up()


def save(drawn, path):
    """Writes a drawing as a picture for `predict --polarity light-on-dark`."""
    Image.frombytes("L", (drawn["width"], drawn["height"]), base64.b64decode(drawn["ink"])).save(path)


def difference(ours, expected):
    """Returns the largest difference of two lists of numbers; NaN is the largest."""
    return max((abs(one - other) for one, other in zip(ours, expected, strict=True)), key=lambda x: math.inf if math.isnan(x) else x)
