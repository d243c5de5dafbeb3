#!/usr/bin/env bash
# Checks that the modules of Sources and their folders refer to each other in one direction only, in the order of a
# list, and prints the references as a matrix. Compiles its program, Scripts/house, if it has changed.
#
# usage: Scripts/house.sh [LIST]
set -euo pipefail

readonly swift="${SWIFT:-swift}"
cd "$(dirname "$0")/.."
readonly list="${1:-Scripts/house/rooms.txt}"
readonly program=.build/house/house

if [ ! -x "$program" ] || [ -n "$(find Scripts/house -name '*.swift' -newer "$program")" ]; then
    echo "house: compiling Scripts/house, half a minute" >&2
    mkdir -p .build/house
    "${swift}c" -O -swift-version 6 -parse-as-library Scripts/house/*.swift -o "$program"
fi
"$swift" package --scratch-path .build/house/package dump-package | "$program" "$list"
