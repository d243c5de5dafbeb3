#!/usr/bin/env bash
# Tests the package on Linux arm64, on an x86-64 machine: builds it with a cross-compiler and runs it under emulation
# (qemu-user). The unit tests of the kernels, here NEON, and the comparisons with PyTorch must pass. Trainings
# (Scripts/arm64/configurations.txt) must give the same checkpoint and receipt as this machine's build, to the last byte;
# so must runs that one processor begins and the other ends, and each must reproduce a receipt of the other.
#
# Needs Debian or Ubuntu, root and 8 GB in .build/arm64, where a chroot with Debian sid's Swift and its libraries for
# arm64 are made: 1 GB of downloads the first time. The first run takes about an hour on two cores, later ones minutes.
#
# usage: [MIRROR=http://deb.debian.org/debian] Scripts/arm64_test.sh [setup] [trainings] [tests]    all without arguments
#   MIRROR    Debian mirror for the chroot, instead of this machine's
set -euo pipefail

cd "$(dirname "$0")/.."
readonly repository="$PWD" work="$PWD/.build/arm64" swift="${SWIFT:-swift}"
readonly root="$work/chroot" log="$work/log"

fail() {
    printf 'arm64-test: %s\n' "$@" >&2
    exit 1
}

say() { echo "arm64-test: $*" >&2; }

# logged COMMAND: runs a command whose output is read only if it fails.
logged() { "$@" >> "$log" 2>&1 || fail "this command failed: $*" "The last lines of $log:" "$(tail -15 "$log")"; }

for part in machine compiler sysroot build trainings; do . "Scripts/arm64/$part.sh"; done

setup() {
    unpack_tools
    make_compiler
    make_sysroot
    cp --remove-destination "$work/tools/usr/bin/qemu-aarch64-static" "$root/usr/local/bin/"
}

trainings() {
    native_build
    cross_build release --product mnist-bilstm
    write_data
    compare_trainings
    compare_resumed
    verify_receipts
}

# Only the targets of kernels and layers are built; the others take an hour. (The manifest names the last two.)
tests() {
    keep_tests TestSupport KernelsTests NeuralNetworksTests FuzzTargets ArchiveSamples
    cross_build debug --product recurrent-networksPackageTests
    run_tests '^KernelsTests\.'
    run_tests '^NeuralNetworksTests\..*FixtureTests'
}

[ $# -gt 0 ] || set -- setup trainings tests
for step in "$@"; do
    case "$step" in
    setup | trainings | tests) ;;
    *)
        echo "arm64-test: expected setup, trainings or tests, found '$step'" >&2
        exit 64
        ;;
    esac
done
mkdir -p "$work"
check_machine
enter_namespace "$@"
: > "$log"
setup
mount_system
mount_git_directories
copy_sources
for step in "$@"; do [ "$step" = setup ] || "$step"; done
say "passed"
