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
. Scripts/browser.sh page-proof
"${SWIFT:-swift}" build -c release --product mnist-bilstm >&2
tool=.build/release/mnist-bilstm
"$tool" export "$run" --to html --out .build/digit-page.html
.venv/bin/python -B Scripts/digit_page_test.py .build/digit-page.html "$run" --tool "$tool" --chromium "$chromium" "$@"
