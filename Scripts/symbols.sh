#!/usr/bin/env bash
# Extracts the symbol graphs of the library's modules, .build/docs/symbols, from which the documentation is made and
# checked. Builds the modules as `swift build` does, so that existing builds are reused. Prints the names of the
# modules, one per line.
#
# usage: Scripts/symbols.sh
set -euo pipefail

readonly swift="${SWIFT:-swift}"
readonly modules=(NeuralNetworks Training Interchange Safetensors Datasets Prices SequenceFiles Runs)
cd "$(dirname "$0")/.."
readonly symbols=.build/docs/symbols

# The extractor is part of the toolchain. The compiler knows its path, even if `swift` on the PATH is a link.
readonly information="$("$swift" -print-target-info)"
information_about() {
    sed -n "s/^ *\"$1\": \"\(.*\)\",\{0,1\}\$/\1/p" <<< "$information" | head -1
}
extractor="$(information_about runtimeResourcePath)/../../bin/swift-symbolgraph-extract"
[ -x "$extractor" ] || {
    echo "symbols: no swift-symbolgraph-extract in the toolchain of '$swift'; expected $extractor" >&2
    exit 1
}

for module in "${modules[@]}"; do
    "$swift" build --target "$module" >&2
done

built="$("$swift" build --show-bin-path)"
options=(-target "$(information_about triple)" -minimum-access-level public -I "$built/Modules" -output-dir "$symbols")
[ "$(uname -s)" != Darwin ] || options+=(-sdk "$(xcrun --show-sdk-path)")
# The C modules that the library's modules import.
for map in "$built"/*.build/module.modulemap Sources/CZlib/module.modulemap; do
    options+=(-Xcc "-fmodule-map-file=$map")
done

rm -rf "$symbols"
mkdir -p "$symbols"
for module in "${modules[@]}"; do
    "$extractor" -module-name "$module" "${options[@]}" >&2
    echo "$module"
done
