#!/usr/bin/env bash
# Tests mnist-bilstm-mpi with each MPI that is installed, Open MPI and MPICH, against mnist-bilstm:
#
#   bytes    1, 2, 3 and 4 processes of 1 and 2 threads have the receipt and the checkpoint of one program
#   ends     a killed process ends all with the last checkpoint named, a signal and a time limit stop them, an error of one
#            is named; resumed with another number of processes, the run has the same bytes
#   network  the same between network namespaces with a delay of 2 ms and a loss of 1 %; root is needed
#
# MPI_LIBRARIES, the names for pkg-config, chooses among them: MPI_LIBRARIES=mpich.
#
# usage: Scripts/mpi_test.sh [PART...]
set -euo pipefail

cd "$(dirname "$0")/.."
readonly repository="$PWD" swift="${SWIFT:-swift}"
work="$(mktemp -d)"
readonly work log="$work/log"
trap 'rm -rf "$work"' EXIT

fail() {
    [ ! -s "$log" ] || tail -20 "$log" >&2
    printf 'mpi-test: %s\n' "$@" >&2
    exit 1
}

# Open MPI refuses root, and more processes than cores, unless it is told otherwise. With more processes than cores, those
# that wait should not take the time of the others.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_hwloc_base_binding_policy=none

# start COUNT OPTION...: trains in $work with COUNT processes of the current library; the output is in $log.
start() { (cd "$work" && exec "$launcher" -np "$1" "$program" "${@:2}" --data "$repository/datasets/mnist" --runs runs) > "$log" 2>&1; }

# alone NAME OPTION...: trains with mnist-bilstm, once for all libraries.
alone() {
    [ -e "$work/alone/$1.json" ] || {
        mkdir -p "$work/alone"
        (cd "$work" && "$native" train "${@:2}" --data "$repository/datasets/mnist" --runs runs --progress none) > "$log" 2>&1 \
            || fail "mnist-bilstm ${*:2} failed"
        keep alone "$1"
    }
}

# keep DIRECTORY NAME: keeps the receipt and the last checkpoint of the newest run.
keep() {
    mkdir -p "$work/$1"
    cp "$work/runs/latest/receipt.json" "$work/$1/$2.json"
    cp "$work/runs/latest/checkpoints/last.safetensors" "$work/$1/$2.safetensors"
}

# same NAME DESCRIPTION: compares the newest run with the one of mnist-bilstm.
same() {
    keep together "$1"
    for file in "$1.json" "$1.safetensors"; do
        cmp "$work/alone/$file" "$work/together/$file" >&2 || fail "$2: $file differs from mnist-bilstm's"
    done
}

readonly settings=(
    "lstm|--epochs 1"
    "gru|--epochs 1 --cell gru --hidden-size 20 --batch-size 500 --validation 5000 --ema 0.99"
    "clipped|--epochs 1 --augment elastic --clip-norm 0.5 --dropout 0.2 --label-smoothing 0.1 --validation 1000"
)

# The words of a setting are separated by spaces.
bytes() {
    local setting name options processes threads
    for setting in "${settings[@]}"; do
        name="${setting%%|*}" options="${setting#*|}"
        # shellcheck disable=SC2086
        alone "$name" $options
        for processes in 1 2 3 4; do
            threads=$((processes % 2 + 1))
            # shellcheck disable=SC2086
            start "$processes" $options --threads "$threads" || fail "$processes processes failed: $options"
            same "$name" "$processes processes of $threads threads, $options"
        done
    done
    echo "mpi-test: $library: 1, 2, 3 and 4 processes have the bytes of mnist-bilstm in ${#settings[@]} trainings"
}

# until TEXT: waits for a text in the log of a training.
until_log() {
    for _ in $(seq 6000); do
        grep -q "$1" "$log" 2> /dev/null && return
        sleep 0.05
    done
    fail "no '$1' within 5 minutes"
}

# last_process: the identifier of a process other than the first.
last_process() { pgrep -f "^$program " | sort -n | tail -1; }

ends() {
    local options=(--epochs 16 --hidden-size 16 --checkpoint-every 100steps) status training
    alone ends "${options[@]}"

    start 2 "${options[@]}" & training=$!
    until_log '^.1. train acc'
    kill -9 "$(last_process)"
    status=0
    wait "$training" || status=$?
    [ "$status" != 0 ] || fail "a killed process did not end the training with an error"
    grep -q 'Error: .*while waiting for the other processes.*The last checkpoint is .*step-.*Resume with: mnist-bilstm --resume' \
        "$log" || echo "mpi-test: $library: note: the launcher killed the first process before it could say more; it said:" \
        "$(grep -iE 'killed|signal|terminat' "$log" | head -1)"

    start 2 --resume latest & training=$!
    until_log '^.[5-9]. train acc'
    kill -TERM "$(pgrep -f "^$launcher -np")"
    status=0
    wait "$training" || status=$?
    [ "$status" != 0 ] || fail "SIGTERM did not end the training"

    status=0
    start 3 --resume latest --time-limit 1s || status=$?
    [ "$status" = 75 ] || fail "a time limit: expected the exit status 75, found $status"
    grep -q 'Stopped by .*time limit' "$log" || fail "a time limit is not in the log"

    start 1 --resume latest || fail "the run cannot be resumed with one process"
    same ends "killed, stopped, and resumed with other numbers of processes"

    status=0
    start 2 --epochs zero || status=$?
    [ "$status" = 64 ] && [ "$(grep -c '^Error' "$log")" = 1 ] || fail "a wrong option: expected one error and the status 64, found $status"
    start 2 --help || fail "--help failed"
    [ "$(grep -c '^USAGE' "$log")" = 1 ] || fail "the help is not shown once"
    echo "mpi-test: $library: killed, stopped by a signal and a time limit, resumed with other numbers of processes: the same bytes"
}

# between NODES OPTION...: trains with one process on each node of a network.
between() {
    local nodes=$1 hosts=() node words
    for node in $(seq "$nodes"); do hosts+=("10.77.0.$node"); done
    case "$library" in
    mpich) words=(-launcher rsh -launcher-exec "$repository/Scripts/mpi/agent.sh" -iface mpi0
        -hosts "$(IFS=,; echo "${hosts[*]}")" -genv FI_PROVIDER tcp -genv UCX_TLS tcp,self -genv UCX_NET_DEVICES mpi0) ;;
    *) words=(--mca plm_rsh_agent "$repository/Scripts/mpi/agent.sh" --mca btl tcp,self
        --mca btl_tcp_if_include mpi0 --mca oob_tcp_if_include mpi0 --host "$(IFS=,; echo "${hosts[*]}")") ;;
    esac
    (cd "$work" && "$repository/Scripts/mpi/network.py" "${network[@]}" "$nodes" "$launcher" "${words[@]}" -np "$nodes" \
        -wdir "$work" "$program" "${@:2}" --data "$repository/datasets/mnist" --runs runs) > "$log" 2>&1
}

network() {
    [ "$(id -u)" = 0 ] || fail "root is needed for network namespaces; give the parts that need none: bytes ends"
    local network=(--delay 2 --loss 1) options=(--epochs 1 --batch-size 2000 --hidden-size 24) nodes carried
    alone network "${options[@]}"
    for nodes in 2 3; do
        between "$nodes" "${options[@]}" --threads 1 || fail "$nodes nodes failed"
        grep -q "Processes: $nodes on $nodes machines (node1, node2" "$log" || fail "the machines are not named"
        grep -q '^Measured: ' "$log" || fail "no measured times"
        # Processes that found another way would carry next to nothing through the network.
        carried="$(sed -n 's/^network: \([0-9]*\) packets.*/\1/p' "$log")"
        [ "$carried" -gt 5000 ] || fail "only $carried packets were carried: the gradients did not use the network"
        same network "$nodes nodes, ${options[*]}"
    done
    echo "mpi-test: $library: 2 and 3 nodes, 2 ms and 1 % of loss: the same bytes;" \
        "$(sed -n 's/^network: //p' "$log")"
}

"$swift" build -c release --product mnist-bilstm > "$work/build" || fail "$(cat "$work/build")"
native="$("$swift" build -c release --show-bin-path)/mnist-bilstm"
readonly native
found=0
for library in ${MPI_LIBRARIES:-mpi-c mpich}; do
    pkg-config --exists "$library" 2> /dev/null || continue
    # Debian's names, where both are installed.
    case "$library" in mpich) launcher=mpirun.mpich ;; *) launcher=mpirun.openmpi ;; esac
    command -v "$launcher" > /dev/null || launcher=mpirun
    program="$(MPI_LIBRARY="$library" Scripts/mpi.sh)"
    for part in "${@:-bytes ends network}"; do
        for part in $part; do "$part"; done
    done
    found=$((found + 1))
done
[ "$found" -gt 0 ] || fail "no MPI is installed"
