#!/usr/bin/env bash
# Runs tests under the address sanitizer (readers, pictures, kernels, layers) and under the thread sanitizer (worker
# pool, engine, trainer, recorder, signals), then a training with 4 threads that is stopped and resumed under the
# thread sanitizer. Each sanitizer has a separate build directory. The first finding ends the script with an exit status
# other than 0. Scripts/thread-sanitizer.txt lists the suppressed findings with their reasons.
#
# usage: Scripts/sanitize.sh [address] [thread] [training]    all three without arguments
set -euo pipefail

cd "$(dirname "$0")/.."
readonly swift="${SWIFT:-swift}" repository="$PWD"
# Memory that is still allocated when a test's process ends is not a finding.
export ASAN_OPTIONS=detect_leaks=0
export TSAN_OPTIONS="halt_on_error=1 suppressions=$repository/Scripts/thread-sanitizer.txt"
directory="$(mktemp -d)"
trap 'rm -rf "$directory"' EXIT

# The test that limits the address space is skipped, because the sanitizers themselves use terabytes of it.
run_tests() {
    echo "sanitize: building all tests with the $1 sanitizer, ten minutes or more the first time" >&2
    "$swift" test --disable-xctest --sanitize="$1" --scratch-path ".build/$1" --filter "$2" \
        --skip 'the system starts no more threads'
}

address() {
    run_tests address \
        '^(DatasetsTests|PicturesTests|SafetensorsTests|TensorBoardTests|KernelsTests|NeuralNetworksTests|FuzzTests)\.'
}

thread() {
    run_tests thread '^(PlatformTests|TrainingTests|RunsTests)\.|^NeuralNetworksTests\.(WorkerPool|LayerThread|LayerSnapshot|Classifier)'
}

# Writes an IDX file: its element type and shape in printf's notation, then the bytes of the standard input.
idx() { { printf "$1"; cat; } > "$2"; }

training() {
    echo "sanitize: building mnist-bilstm with the thread sanitizer, three minutes the first time" >&2
    "$swift" build --sanitize=thread --scratch-path .build/thread --product mnist-bilstm >&2
    local program="$repository/.build/thread/debug/mnist-bilstm" status=0
    cd "$directory"
    for files in train t10k; do
        head -c 156800 <(seq 100000) | idx '\0\0\10\3\0\0\0\310\0\0\0\34\0\0\0\34' "$files-images-idx3-ubyte"
        head -c 200 <(while printf '\0\1\2\3\4\5\6\7\10\11'; do :; done 2> /dev/null) \
            | idx '\0\0\10\1\0\0\0\310' "$files-labels-idx1-ubyte"
    done
    local options=(--dataset idx --data . --threads 4 --hidden-size 16 --batch-size 96 --validation 40 --ema 0.9
        --log-every 1 --dropout 0.2)
    "$program" "${options[@]}" --epochs 3
    "$program" "${options[@]}" --epochs 100000 --name stopped > /dev/null &
    # A signal before the program handles it is lost: the shell starts background processes with SIGINT ignored.
    until grep -q '^[0-9]' runs/*-stopped/metrics.csv 2> /dev/null; do
        kill -0 $! || return 1
        sleep 1
    done
    kill -INT $!
    wait $! || status=$?
    [ "$status" = 130 ] || {
        echo "sanitize: expected exit status 130 after Ctrl-C, found $status" >&2
        return 1
    }
    local epochs
    epochs="$(tail -1 runs/latest/metrics.csv | cut -d, -f1)"
    "$program" --resume latest --allow-changes --epochs $((epochs + 3)) --threads 4
    "$program" evaluate latest > /dev/null
    cd "$repository"
    echo "sanitize: a training with 4 threads, stopped and resumed: no finding of the thread sanitizer"
}

[ $# -gt 0 ] || set -- address thread training
for part in "$@"; do
    case "$part" in
    address | thread | training) "$part" ;;
    *)
        echo "sanitize: expected address, thread or training, found '$part'" >&2
        exit 64
        ;;
    esac
done
