#!/usr/bin/env bash
# Builds the library's modules together with their symbol graphs, .build/docs/build/symbols, from which the
# documentation is made and checked. Prints the names of the modules, one a line.
#
# usage: Scripts/symbols.sh
set -euo pipefail

readonly swift="${SWIFT:-swift}"
cd "$(dirname "$0")/.."
readonly build="$PWD/.build/docs/build"

for module in NeuralNetworks Training Safetensors Datasets Prices; do
    [ -d "Sources/$module" ] || continue
    # A build of its own: other flags than those of `swift build` would have that start anew.
    "$swift" build --scratch-path "$build" --target "$module" \
        -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc "$build/symbols" \
        -Xswiftc -symbol-graph-minimum-access-level -Xswiftc public >&2
    echo "$module"
done
