#!/usr/bin/env bash
# Counts the public symbols of the library's modules and fails if one has no documentation comment or has an unsafe
# pointer. Shows at most 40 without a comment; VERBOSE=1 shows all.
#
# usage: Scripts/api.sh
set -euo pipefail

cd "$(dirname "$0")/.."
modules="$(Scripts/symbols.sh)"
# shellcheck disable=SC2086
python3 -B Scripts/api.py .build/docs/symbols $modules
