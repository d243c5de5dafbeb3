"""Proves the page of `runs-page` in Chromium, while runs train. Exit code 1 if anything is wrong.

The numbers on the curves are those of metrics.jsonl to the last digit, while the run trains. 5,000 runs are listed in
under a second and scroll. `kill -9` of the server or of a training harms nothing. Two pages show two runs. Runs are deleted,
damaged and renamed under the page. Names, tags, notes and options that look like markup stay text. A phone scrolls in one
direction only, and the keyboard alone compares runs and stops one. A drawing is answered as `predict` answers it, for each
checkpoint of a run that trains. A run that the page resumes equals one that was never interrupted. The numbers of sweeps,
forecasts, sequences and texts are those of the files. No error reaches the console.

The proofs are in Scripts/runs_page. Scripts/runs_page.sh runs this.
"""

import argparse
import os
import pathlib
import sys
import tempfile

from playwright.sync_api import sync_playwright

from runs_page.control import Control
from runs_page.files import Files
from runs_page.kinds import Kinds
from runs_page.live import Live
from runs_page.pictures import Pictures
from runs_page.stage import Stage


class Proof(Live, Control, Kinds, Files, Pictures, Stage):
    """All proofs, in their order."""

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
        for name in ("draw", "resume", "stop", "sweep", "forecast", "sequences", "text", "changed_runs", "bin", "hostile"):
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
    parser.add_argument("--page-files", metavar="DIR", help="the files of the page, in place of those in the program, for work on them")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--data", default="datasets/mnist", help="directory of MNIST's test set")
    parser.add_argument("--pictures", metavar="DIR", type=pathlib.Path, help="write pictures of all views in all looks here (default: in two looks, in .build/page-test)")
    parser.add_argument("--timed", action="store_true", help="the list of 5,000 runs has limits of time, for a quiet machine")
    parser.add_argument("--patience", type=float, default=1, metavar="FACTOR", help="factor of all limits of time, for slow builds and busy machines")
    parser.add_argument("--only", metavar="NAMES", help="only these proofs, with commas between")
    parser.add_argument("--views", metavar="NAMES", help="pictures of these views only, with commas between")
    parser.add_argument("--more", nargs="*", default=[], metavar="VIEW", help="further views for pictures, as addresses after #")
    arguments = parser.parse_args()
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
