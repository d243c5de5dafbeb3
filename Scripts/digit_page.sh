#!/usr/bin/env bash
# Proves the page of `export --to html` in Chromium: all test images, drawings by mouse and touch, both languages; see
# digit_page_test.py. Without Chromium nothing is proved, and the last line says so.
#
# usage: Scripts/digit_page.sh RUN [option of digit_page_test.py]...
#   CHROMIUM   the path of the browser; by default chromium or google-chrome on the PATH
set -euo pipefail
cd "$(dirname "$0")/.."

run="${1:?usage: Scripts/digit_page.sh RUN [option]...}"
shift
chromium="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}"
if [ -z "$chromium" ]; then
    printf '\n%s\n' "SKIPPED: page-proof. No Chromium on the PATH, so the page was not opened; apt-get install chromium" >&2
    exit 0
fi
Scripts/python-environment.sh
if ! cmp -s Benchmarks/requirements-page.txt .venv/installed-requirements-page.txt; then
    .venv/bin/python -m pip install --quiet --requirement Benchmarks/requirements-page.txt
    cp Benchmarks/requirements-page.txt .venv/installed-requirements-page.txt
fi
"${SWIFT:-swift}" build -c release --product mnist-bilstm >&2
tool=.build/release/mnist-bilstm
"$tool" export "$run" --to html --out .build/digit-page.html
.venv/bin/python -B Scripts/digit_page_test.py .build/digit-page.html "$run" --tool "$tool" --chromium "$chromium" "$@"
