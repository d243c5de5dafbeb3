#!/usr/bin/env bash
# Runs the fuzz targets (Tests/Fuzz) one after the other under libFuzzer and the address sanitizer, and prints a line
# for each: executions, covered edges, inputs, crashes. New inputs are kept in .build/fuzz/corpus. An input that crashes a
# reader, or for which the reader needs more than TIMEOUT seconds (1) or 1 GiB, is kept in .build/fuzz/crashes, and the
# exit status is 1. TIMEOUT is wall-clock time; on a busy machine set it higher, TIMEOUT=20.
#
# usage: Scripts/fuzz.sh [SECONDS [TARGET...]]    run for SECONDS each (60); 0 runs only the existing inputs
#        Scripts/fuzz.sh --merge [TARGET...]      replace Tests/Fuzz/Corpus by the fewest inputs with the same coverage
set -euo pipefail

cd "$(dirname "$0")/.."
readonly swift="${SWIFT:-swift}" timeout="${TIMEOUT:-1}" built=.build/fuzz
# The build is optimised, because fuzzing needs many executions, and has assertions. If there are several -sanitize
# options, swiftc uses the last one, and swift build passes its own in any order; so one option at the end has both.
readonly flags=(--package-path Tests/Fuzz --scratch-path "$built" -c release --product Fuzz --sanitize=fuzzer
    --sanitize=address -Xswiftc -sanitize=fuzzer,address -Xswiftc -assert-config -Xswiftc Debug
    -Xswiftc -use-ld=lld)
readonly limits=(-rss_limit_mb=1024 -timeout="$timeout" -max_len=65536)

seconds=60
case "${1:-}" in
--merge)
    seconds=merge
    shift
    ;;
'') ;;
*)
    [[ "$1" =~ ^[0-9]+$ ]] || {
        echo "fuzz: SECONDS: expected a number of seconds, found '$1'" >&2
        exit 64
    }
    seconds="$1"
    shift
    ;;
esac
targets=("$@")
[ $# -gt 0 ] || targets=($(ls Tests/Fuzz/Corpus))
for target in "${targets[@]}"; do
    [ -d "Tests/Fuzz/Corpus/$target" ] || {
        echo "fuzz: no target '$target'; expected one of" Tests/Fuzz/Corpus/* >&2
        exit 64
    }
done

mkdir -p "$built/crashes" "$built/logs"
echo "fuzz: building, ten minutes the first time" >&2
"$swift" build "${flags[@]}" > "$built/logs/build" 2>&1 || {
    grep -v 'Cannot export local symbol' "$built/logs/build" >&2
    exit 1
}
readonly program="$built/release/Fuzz"

# The directory for files that readers open; in memory, if the system has such a directory.
scratch="$(mktemp -d -p /dev/shm 2> /dev/null || mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
export TMPDIR="$scratch"
# Swift's backtrace reads memory, which the address sanitizer would report in place of the crash.
export SWIFT_BACKTRACE=enable=no

statistic() { sed -n "s/^stat::$1: *//p" "$built/logs/$target"; }
status=0
for target in "${targets[@]}"; do
    export FUZZ_TARGET="$target"
    seeds="Tests/Fuzz/Corpus/$target" found="$built/corpus/$target" former="Tests/Fuzz/Crashes/$target"
    mkdir -p "$found"
    if [ "$seconds" = merge ]; then
        mkdir "$scratch/merged"
        "$program" -merge=1 "${limits[@]}" -max_len=8192 "$scratch/merged" "$seeds" "$found" > "$built/logs/$target" 2>&1
        rm -rf "$seeds"
        mv "$scratch/merged" "$seeds"
        echo "$target: $(find "$seeds" -type f | wc -l) inputs, $(find "$seeds" -type f -exec cat {} + | wc -c) bytes"
        continue
    fi
    directories=("$found" "$seeds")
    [ ! -d "$former" ] || directories+=("$former")
    options=("${limits[@]}" -print_final_stats=1 -artifact_prefix="$built/crashes/$target-")
    [ ! -f "Tests/Fuzz/Dictionaries/$target" ] || options+=("-dict=Tests/Fuzz/Dictionaries/$target")
    if [ "$seconds" = 0 ]; then options+=(-runs=0); else options+=("-max_total_time=$seconds"); fi
    crash=0
    "$program" "${options[@]}" "${directories[@]}" > "$built/logs/$target" 2>&1 || crash=1
    covered="$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$built/logs/$target" | tail -1)"
    printf '%-20s %12s executions %8s/s %6s edges covered %6s inputs  %s\n' "$target" \
        "$(statistic number_of_executed_units)" "$(statistic average_exec_per_sec)" "$covered" \
        "$(find "$found" "$seeds" -type f | wc -l)" "$([ $crash = 0 ] && echo "no crash" || echo "CRASH")"
    [ $crash = 1 ] || continue
    status=1
    grep -E '^(Fatal error|ERROR|SUMMARY|.*: Fatal error|==[0-9]+== *ERROR)' "$built/logs/$target" | head -5 || true
    input="$(sed -n 's/.*Test unit written to //p' "$built/logs/$target" | tail -1)"
    echo "    log: $built/logs/$target"
    echo "    input: ${input:-none}"
    echo "    to reproduce it: FUZZ_TARGET=$target $program ${input:-FILE}"
done
exit $status
