#!/usr/bin/env bash
# Proves the page of runs-page in Chromium, with trainings that run, are killed, and change under it; see runs_page_test.py.
# Pictures of all views are in .build/page-test. Without Chromium nothing is proved, and the last line says so.
#
# usage: Scripts/runs_page.sh [option of runs_page_test.py]...
#   CHROMIUM   the path of the browser; by default chromium or google-chrome on the PATH
set -euo pipefail
cd "$(dirname "$0")/.."

. Scripts/browser.sh page-test
for product in runs-page mnist-bilstm stock-forecast sequence-classifier; do
    "${SWIFT:-swift}" build -c release --product "$product" >&2
done
.venv/bin/python -B Scripts/runs_page_test.py --chromium "$chromium" "$@"
