#!/usr/bin/env bash
# Builds the documentation as one web site, .build/docs/site: the guide and the library's modules. A warning is an error.
#
# usage: Scripts/docs.sh
#        Scripts/docs.sh --preview [PORT]    builds the site if a source is newer, serves it on this machine alone
set -euo pipefail

readonly swift="${SWIFT:-swift}"
cd "$(dirname "$0")/.."
readonly work="$PWD/.build/docs"
readonly symbols="$work/symbols"

is_current() {
    local site="$work/site/index.html"
    [ -f "$site" ] && [ -z "$(find Sources Benchmarks/README.md Scripts/docs.sh Scripts/guide.py -newer "$site")" ]
}

case "${1:-}" in
    "") ;;
    --preview)
        is_current || Scripts/docs.sh
        exec python3 Scripts/docs-preview.py ${2:+"$2"}
        ;;
    *)
        echo "docs: unknown argument '$1'; usage: Scripts/docs.sh [--preview [PORT]]" >&2
        exit 64
        ;;
esac

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
# convert NAME CATALOG [OPTIONS...]: adds the archive of a catalogue.
convert() {
    "$docc" convert ${2:+"$2"} --fallback-display-name "$1" --fallback-bundle-identifier "$1" \
        --warnings-as-errors --output-path "$work/$1.doccarchive" "${@:3}" | sed '/^$/d'
    archives+=("$work/$1.doccarchive")
}

rm -rf "$work/Guide.doccarchive"
python3 Scripts/guide.py catalog "$work/Guide.docc"
convert Guide "$work/Guide.docc"

for module in $modules; do
    # Members that a module adds to types of another one are in files named module@other.
    rm -rf "${work:?}/$module" "$work/$module.doccarchive"
    mkdir -p "$work/$module"
    cp "$symbols/$module".symbols.json "$symbols/$module"@*.symbols.json "$work/$module" 2> /dev/null || true
    catalog="Sources/$module/$module.docc"
    [ -d "$catalog" ] || catalog=""
    convert "$module" "$catalog" --additional-symbol-graph-dir "$work/$module"
done

rm -rf "$work/site"
"$docc" merge "${archives[@]}" --synthesized-landing-page-name "Recurrent networks" \
    --synthesized-landing-page-topics-style list --output-path "$work/site" |
    sed '/^$/d'
python3 Scripts/guide.py site "$work/site"
echo "{}" > "$work/site/theme-settings.json" # optional, but every page asks for it
# The root of the site leads to the landing page. The pages need a web server: opened from a file, the root says so.
cat > "$work/site/index.html" << 'PAGE'
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Recurrent networks</title>
<style>
body { font: 1.1em/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 40em; padding: 0 1em }
pre { overflow-x: auto }
</style>
<h1>Recurrent networks</h1>
<div id="server" hidden>
<p>This documentation needs a web server; a browser cannot show it from a file. In the package's directory, run</p>
<pre>make docs-preview</pre>
<p>and open the address that it prints. Without make:</p>
<pre>python3 -m http.server --bind 127.0.0.1 --directory .build/docs/site 8000</pre>
<p>and open http://127.0.0.1:8000.</p>
</div>
<p id="link"><a href="documentation/">Documentation</a></p>
<script>
const isFile = location.protocol === "file:"
document.getElementById("server").hidden = !isFile
document.getElementById("link").hidden = isFile
if (!isFile) location.replace("documentation/")
</script>
</html>
PAGE
echo "Documentation: .build/docs/site; look at it: make docs-preview"
