#!/usr/bin/env bash
# Checks that another Swift package can depend on this one by version and loses nothing by it: tags a temporary clone,
# writes a package with one program for each folder of Scripts/consumer, builds it once for debug and once for release,
# and runs the programs. A folder has the name of the product that its program uses, and a dot and a name if there are
# several; a new product only needs a folder with a main.swift. RecurrentNetworks.Sequences trains and saves a model in
# one process and predicts in another; a third makes a mistake, whose message must be printed. For RecurrentNetworks it also compares
#   - the training speed of the debug build with this package's own release build,
#   - the chosen instruction set with this package's,
#   - the weights after training in the debug build and in the release build.
# SwiftPM downloads FlyingFox, the library of runs-page (300 KB), for every user of the package; the other package must not
# build it.
# Tests the last commit, because a version is a commit. Writes only to .build (the release build) and a temporary
# directory, not to SwiftPM's caches.
#
# usage: Scripts/consumer-test.sh [debug] [release]    both without arguments; speeds are compared in debug builds, weights if
#        both are built
set -euo pipefail

readonly swift="${SWIFT:-swift}"
readonly version=0.1.0
# The minimum speed of the debug build, in percent of this package's own program.
readonly needed_percent=80
# Speeds are compared by their best epochs, measured in turns and on one thread, which never waits. On a busy
# machine, rounds are added until the debug build has had a chance to run undisturbed.
readonly least_rounds=3 most_rounds=15
readonly epochs=2
# The time limit in seconds; a program without optimisation would take hours.
readonly limit=300
repository="$(cd "$(dirname "$0")/.." && pwd)"
readonly repository

fail() {
    printf 'consumer-test: %s\n' "$@" >&2
    exit 1
}

[ $# -gt 0 ] || set -- debug release
for configuration in "$@"; do
    [[ "$configuration" = debug || "$configuration" = release ]] || fail "expected debug or release, found '$configuration'"
done
readonly configurations=("$@")
git -C "$repository" rev-parse --quiet --verify HEAD > /dev/null \
    || fail "$repository has no commit to tag; run this in a git checkout"
[ -z "$(git -C "$repository" status --porcelain)" ] \
    || echo "consumer-test: changes that are not committed are not tested" >&2

work="$(mktemp -d)"
readonly work
trap 'rm -rf "$work"' EXIT

programs=()
for folder in "$repository"/Scripts/consumer/*/; do
    programs+=("$(basename "$folder")")
done
readonly programs

# The clone has the package's name, because SwiftPM takes a dependency's identity from the last part of its URL.
tag_clone() {
    git clone --quiet "$repository" "$work/recurrent-networks"
    git -C "$work/recurrent-networks" tag "$version"
}

# Writes the other package; its manifest has an older tools version than this package's.
write_consumer() {
    local program target targets=""
    for program in "${programs[@]}"; do
        target="Uses${program/./}"
        mkdir -p "$work/consumer/Sources/$target"
        cp "$repository/Scripts/consumer/$program/"*.swift "$work/consumer/Sources/$target/"
        targets+="
        .executableTarget(
            name: \"$target\", dependencies: [.product(name: \"${program%%.*}\", package: \"recurrent-networks\")]),"
    done
    cat > "$work/consumer/Package.swift" <<EOF
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "consumer",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "file://$work/recurrent-networks", from: "$version")],
    targets: [$targets
    ]
)
EOF
}

# build CONFIGURATION
build() {
    echo "consumer-test: swift build -c $1" >&2
    (cd "$work/consumer" \
        && "$swift" build -c "$1" --cache-path "$work/cache" --security-path "$work/security" >&2) \
        || fail "a package that depends on this one does not build with: swift build -c $1"
}

# SwiftPM makes folders for all targets of a dependency, but compiles only those that are needed.
check_unused_library() {
    local objects
    objects="$(find "$work/consumer/.build" -name '*.o' -path '*Flying*' | head -3)"
    [ -z "$objects" ] || fail "a package that depends on this one builds FlyingFox, which only runs-page needs:" "$objects"
    [ -n "$(find "$work/consumer/.build" -name '*.o' -path '*NeuralNetworks*' | head -1)" ] \
        || fail "the build has no objects of NeuralNetworks; the check of the library of runs-page looks in the wrong place"
    echo "consumer-test: downloaded: $(cd "$work/consumer/.build/checkouts" && printf '%s ' *); FlyingFox is not built" >&2
}

# run CONFIGURATION PROGRAM ARGUMENTS...: runs the program of a folder, in the directory with datasets/mnist.
run() {
    local program="$work/consumer/.build/$1/Uses${2/./}" code=0 process end=$((SECONDS + limit))
    (cd "$repository" && exec "$program" "${@:3}" > "$work/$1-$2" 2>&1) &
    process=$!
    while kill -0 "$process" 2> /dev/null; do
        if ((SECONDS > end)); then
            kill "$process"
            fail "built with swift build -c $1, the program $2 was stopped after $limit seconds:" \
                "are the package's flags lost in a dependency?"
        fi
        sleep 0.2
    done
    wait "$process" || code=$?
    [ "$code" = 0 ] || fail "built with swift build -c $1, the program $2 fails with exit code $code:" \
        "$(cat "$work/$1-$2")"
}

run_own() {
    "$repository/.build/release/mnist-bilstm" train --epochs "$epochs" --threads 1 --no-test --log-every 0 \
        --progress line --data "$repository/datasets/mnist" --runs "$work/runs" > "$work/own" 2>&1 \
        || fail "this package's own program fails:" "$(cat "$work/own")"
}

# best OUTPUT BEST: prints the highest speed, in images/s: the best so far, or one in the lines of epochs.
best() {
    {
        echo "$2"
        sed -n 's/^\[[0-9]*\].* \([0-9,]*\) images\/s$/\1/p' "$work/$1" | tr -d ,
    } | sort -n | tail -1
}

# value OUTPUT TITLE: prints the text after a title at the beginning of a line.
value() {
    sed -n "s/^$2: //p" "$work/$1"
}

compare_speeds() {
    local own=0 debug=0 round
    for ((round = 1; round <= most_rounds; round++)); do
        run_own
        own="$(best own "$own")"
        run debug RecurrentNetworks "$epochs" 1
        debug="$(best debug-RecurrentNetworks "$debug")"
        if ((round >= least_rounds && debug * 100 >= own * needed_percent)); then break; fi
    done
    if [ "$own" = 0 ] || [ "$debug" = 0 ]; then
        fail "no line of an epoch tells its images/s:" "$(cat "$work/own" "$work/debug-RecurrentNetworks")"
    fi
    echo "consumer-test: training on one thread, best of $((round < most_rounds ? round : most_rounds)) rounds:" \
        "this package's release build $own images/s, a consumer's debug build $debug, $((debug * 100 / own)) %"
    ((debug * 100 >= own * needed_percent)) \
        || fail "expected at least $needed_percent %: are the package's flags lost in a dependency?"
}

check_instruction_set() {
    local own chosen
    own="$(sed -n 's/^Threads: .* instruction set: //p' "$work/own")"
    chosen="$(value "$1-RecurrentNetworks" "Instruction set")"
    echo "consumer-test: $1: kernels for $chosen" >&2
    [ -n "$own" ] && [ "$chosen" = "$own" ] \
        || fail "$1: expected the kernels that this package chooses ($own), found $chosen"
}

# After one epoch, the accuracy is at least 0.97.
check_accuracy() {
    local accuracy
    accuracy="$(value "$1-RecurrentNetworks" "Test accuracy")"
    echo "consumer-test: $1: test accuracy $accuracy after $epochs epochs" >&2
    [[ "$accuracy" == 0.9[6-9]* ]] || fail "$1: expected a test accuracy of 0.96 or more, found $accuracy"
}

# A model is trained and saved in one process; another process opens the file and predicts the same classes.
check_sequences() {
    local file="$work/$1.safetensors" trained predicted expected="walk run sit walk run sit walk run sit"
    run "$1" RecurrentNetworks.Sequences train "$file"
    trained="$(value "$1-RecurrentNetworks.Sequences" Classes)"
    run "$1" RecurrentNetworks.Sequences predict "$file"
    predicted="$(value "$1-RecurrentNetworks.Sequences" Classes)"
    echo "consumer-test: $1: sequences of another process: $predicted" >&2
    [ "$trained" = "$expected" ] && [ "$predicted" = "$expected" ] \
        || fail "$1: expected the classes '$expected', found '$trained' after training, '$predicted' from the file"
}

# A mistake ends a program with a message that names the place in this package, what was expected and what was received.
check_mistake() {
    local text expected="Fatal error: sequence: expected 1 to 65536 steps of 6 numbers, received 7 numbers" code=0
    text="$(SWIFT_BACKTRACE=enable=no "$work/consumer/.build/$1/UsesRecurrentNetworksSequences" mistake \
        "$work/$1.safetensors" 2>&1)" || code=$?
    [ "$code" != 0 ] && [[ "$text" =~ NeuralNetworks/SequencePredictor\.swift:[0-9]+:\ "$expected" ]] \
        || fail "$1: expected a failure with the message '$expected', found exit code $code with:" "$text"
    echo "consumer-test: $1: a mistake is explained: $text" >&2
}

tag_clone
write_consumer
(cd "$repository" && "$swift" build -c release --product mnist-bilstm >&2)
for configuration in "${configurations[@]}"; do
    build "$configuration"
done
check_unused_library

run_own
for configuration in "${configurations[@]}"; do
    if [ "$configuration" = debug ]; then compare_speeds; else run release RecurrentNetworks "$epochs"; fi
    check_instruction_set "$configuration"
    check_accuracy "$configuration"
    for program in "${programs[@]}"; do
        [[ "$program" = RecurrentNetworks* ]] || run "$configuration" "$program"
    done
    check_sequences "$configuration"
    check_mistake "$configuration"
done
if [ ${#configurations[@]} = 2 ]; then
    debug_weights="$(value debug-RecurrentNetworks Weights)"
    release_weights="$(value release-RecurrentNetworks Weights)"
    [ -n "$debug_weights" ] && [ "$debug_weights" = "$release_weights" ] \
        || fail "a debug build and a release build train to other weights: $debug_weights, $release_weights"
fi
echo "consumer-test: passed"
