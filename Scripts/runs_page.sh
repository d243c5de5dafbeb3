#!/usr/bin/env bash
# Proves the page of runs-page in Chromium, with trainings that run, are killed, and change under it; see runs_page_test.py.
# Pictures of all views are in .build/page-test. Without Chromium nothing is proved, and the last line says so.
#
# usage: Scripts/runs_page.sh [option of runs_page_test.py]...
#   CHROMIUM   the path of the browser; by default chromium or google-chrome on the PATH
set -euo pipefail
cd "$(dirname "$0")/.."

chromium="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}"
if [ -z "$chromium" ]; then
    printf '\n%s\n' "SKIPPED: page-test. No Chromium on the PATH, so the page was not opened; apt-get install chromium" >&2
    exit 0
fi
Scripts/python-environment.sh
if ! cmp -s Benchmarks/requirements-page.txt .venv/installed-requirements-page.txt; then
    .venv/bin/python -m pip install --quiet --requirement Benchmarks/requirements-page.txt
    cp Benchmarks/requirements-page.txt .venv/installed-requirements-page.txt
fi
"${SWIFT:-swift}" build -c release --product runs-page >&2
"${SWIFT:-swift}" build -c release --product mnist-bilstm >&2
.venv/bin/python -B Scripts/runs_page_test.py --chromium "$chromium" "$@"
