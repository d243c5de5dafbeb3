#!/usr/bin/env bash
# Builds the documentation of the library's modules as one web site, .build/docs/site. A warning is an error.
#
# usage: Scripts/docs.sh
set -euo pipefail

readonly swift="${SWIFT:-swift}"
cd "$(dirname "$0")/.."
readonly work="$PWD/.build/docs"
readonly symbols="$work/symbols"

# DocC is part of the toolchain. The compiler knows the toolchain's path, even if `swift` on the PATH is a link.
resources="$("$swift" -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')"
readonly docc="$resources/../../bin/docc"
[ -x "$docc" ] || {
    echo "docs: no docc in the toolchain of '$swift', whose libraries are in $resources" >&2
    exit 1
}

modules="$(Scripts/symbols.sh)"

# DocC prints empty lines even if there is nothing to report.
archives=()
for module in $modules; do
    # Members that a module adds to types of another one are in files named module@other.
    rm -rf "${work:?}/$module" "$work/$module.doccarchive"
    mkdir -p "$work/$module"
    cp "$symbols/$module".symbols.json "$symbols/$module"@*.symbols.json "$work/$module" 2> /dev/null || true
    catalog=()
    [ ! -d "Sources/$module/$module.docc" ] || catalog=("Sources/$module/$module.docc")
    "$docc" convert ${catalog[@]+"${catalog[@]}"} --additional-symbol-graph-dir "$work/$module" \
        --fallback-display-name "$module" --fallback-bundle-identifier "$module" \
        --warnings-as-errors --output-path "$work/$module.doccarchive" | sed '/^$/d'
    archives+=("$work/$module.doccarchive")
done

rm -rf "$work/site"
"$docc" merge "${archives[@]}" --synthesized-landing-page-name "Recurrent networks" --output-path "$work/site" |
    sed '/^$/d'
# Without this page, the root would show an error, because no page of the documentation has this address.
cat > "$work/site/index.html" << 'PAGE'
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=documentation/">
<title>Recurrent networks</title>
<p><a href="documentation/">Documentation</a></p>
</html>
PAGE
echo "Look at it: python3 -m http.server --directory .build/docs/site, then http://localhost:8000"
