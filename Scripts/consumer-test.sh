#!/usr/bin/env bash
# Checks that another Swift package can depend on this one by version: tags a temporary clone, writes a
# package that uses the product RecurrentNetworks (Scripts/consumer/main.swift), builds and runs it.
# Tests the last commit, for a version is one. Touches neither this repository nor SwiftPM's caches.
#
# usage: Scripts/consumer-test.sh
set -euo pipefail

readonly swift="${SWIFT:-swift}"
readonly version=0.1.0
repository="$(cd "$(dirname "$0")/.." && pwd)"
readonly repository

fail() {
    printf 'consumer-test: %s\n' "$@" >&2
    exit 1
}

[ $# -eq 0 ] || fail "takes no arguments; usage: Scripts/consumer-test.sh"
git -C "$repository" rev-parse --quiet --verify HEAD > /dev/null \
    || fail "$repository has no commit to tag; run this in a git checkout"
[ -z "$(git -C "$repository" status --porcelain)" ] \
    || echo "consumer-test: changes that are not committed are not tested" >&2

work="$(mktemp -d)"
readonly work
trap 'rm -rf "$work"' EXIT

# Named as the package: SwiftPM takes a dependency's identity from the last part of its URL.
tag_clone() {
    git clone --quiet "$repository" "$work/recurrent-networks"
    git -C "$work/recurrent-networks" tag "$version"
}

write_consumer() {
    mkdir -p "$work/consumer/Sources/consumer"
    cp "$repository/Scripts/consumer/main.swift" "$work/consumer/Sources/consumer/"
    cat > "$work/consumer/Package.swift" <<EOF
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "consumer",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "file://$work/recurrent-networks", from: "$version")],
    targets: [
        .executableTarget(
            name: "consumer",
            dependencies: [.product(name: "RecurrentNetworks", package: "recurrent-networks")])
    ]
)
EOF
}

# Builds the consumer with these further arguments of `swift build`, the first two being `-c` and the
# configuration. The program runs at the top of this repository, where datasets/mnist is.
build_and_run() {
    local caches=(--cache-path "$work/cache" --security-path "$work/security")
    echo "consumer-test: swift build $*" >&2
    (cd "$work/consumer" && "$swift" build --product consumer "${caches[@]}" "$@" >&2) \
        || fail "a package that depends on this one does not build with: swift build $*"
    (cd "$repository" && "$work/consumer/.build/$2/consumer") \
        || fail "built with swift build $*, the program fails: exit code $?"
}

tag_clone
write_consumer
build_and_run -c debug
build_and_run -c release
# What a dependency loses, the kernels for the machine's own instruction set, its user gets back so. On
# arm64 every processor has the SIMD instructions that the kernels use.
if [ "$(uname -m)" = x86_64 ]; then
    build_and_run -c release -Xcc -march=native
fi
echo "consumer-test: passed"
