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

# The first images of MNIST: a debug build of a dependency is hundreds of times slower than a release.
write_small_mnist() {
    local target="$work/small/datasets/mnist"
    mkdir -p "$target"
    cut_idx train-images-idx3-ubyte '\0\0\010\3\0\0\1\0\0\0\0\034\0\0\0\034' 16 $((256 * 784))
    cut_idx train-labels-idx1-ubyte '\0\0\010\1\0\0\1\0' 8 256
    cut_idx t10k-images-idx3-ubyte '\0\0\010\3\0\0\0\100\0\0\0\034\0\0\0\034' 16 $((64 * 784))
    cut_idx t10k-labels-idx1-ubyte '\0\0\010\1\0\0\0\100' 8 64
}

# cut_idx NAME HEADER OLD_HEADER_BYTES BYTES: an IDX file with a header of its own and fewer elements.
cut_idx() {
    gzip -dc "$repository/datasets/mnist/$1.gz" > "$work/whole"
    { printf "$2"; dd if="$work/whole" bs=1 skip="$3" count="$4" 2> /dev/null; } > "$target/$1"
}

# build_and_run DIRECTORY ARGUMENTS...: builds the consumer with these arguments of `swift build`, the first
# two being `-c` and the configuration, and runs it in a directory that has a datasets/mnist.
build_and_run() {
    local directory="$1"
    shift
    local caches=(--cache-path "$work/cache" --security-path "$work/security")
    echo "consumer-test: swift build $*" >&2
    (cd "$work/consumer" && "$swift" build --product consumer "${caches[@]}" "$@" >&2) \
        || fail "a package that depends on this one does not build with: swift build $*"
    (cd "$directory" && "$work/consumer/.build/$2/consumer" | tee "$work/output") \
        || fail "built with swift build $*, the program fails: exit code $?"
}

# One epoch on all images gives 97 % and more.
check_accuracy() {
    grep -q '^Test accuracy: 0\.9' "$work/output" || fail "expected a test accuracy of 0.9 or more, see above"
}

tag_clone
write_consumer
write_small_mnist
build_and_run "$work/small" -c debug
build_and_run "$repository" -c release
check_accuracy
# What a dependency loses, the kernels for the machine's own instruction set, its user gets back so. On
# arm64 every processor has the SIMD instructions that the kernels use.
if [ "$(uname -m)" = x86_64 ]; then
    build_and_run "$repository" -c release -Xcc -march=native
    check_accuracy
fi
echo "consumer-test: passed"
