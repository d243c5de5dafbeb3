# Finds Chromium and prepares Python for the proofs of pages; digit_page.sh and runs_page.sh include this file, in the
# directory of the package. Without Chromium it ends the script that includes it, and says that nothing was proved.
#
# usage: . Scripts/browser.sh PROOF
#   CHROMIUM   the path of the browser; by default chromium or google-chrome on the PATH

chromium="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}"
if [ -z "$chromium" ]; then
    printf '\n%s\n' "SKIPPED: $1. No Chromium on the PATH, so the page was not opened; apt-get install chromium" >&2
    exit 0
fi
Scripts/python-environment.sh
if ! cmp -s Benchmarks/requirements-page.txt .venv/installed-requirements-page.txt; then
    .venv/bin/python -m pip install --quiet --requirement Benchmarks/requirements-page.txt
    cp Benchmarks/requirements-page.txt .venv/installed-requirements-page.txt
fi
