#!/usr/bin/env bash
# Builds mnist-bilstm-mpi with an MPI that is installed, and prints the path of the program. Open MPI and MPICH describe
# themselves to pkg-config; MPI_LIBRARY is the name of the one to use, such as mpich.
#
# usage: Scripts/mpi.sh
set -euo pipefail

cd "$(dirname "$0")/.."
readonly swift="${SWIFT:-swift}"

library="${MPI_LIBRARY:-}"
for name in mpi-c ompi-c mpich; do
    [ -n "$library" ] || ! pkg-config --exists "$name" 2> /dev/null || library="$name"
done
pkg-config --exists "${library:-mpi-c}" || {
    echo "mpi: pkg-config finds no ${library:-MPI}; install Open MPI (apt install libopenmpi-dev openmpi-bin, brew install" \
        "open-mpi pkgconf) or MPICH (libmpich-dev mpich), and pkg-config" >&2
    exit 1
}
# Each library has its own directory, because a build for one is no build for the other.
readonly build=(build -c release --traits MPI --scratch-path ".build/mpi/$library" --product mnist-bilstm-mpi)
echo "mpi: building with $library ($(pkg-config --modversion "$library")), five minutes the first time" >&2
MPI_LIBRARY="$library" "$swift" "${build[@]}" >&2
echo "$(MPI_LIBRARY="$library" "$swift" "${build[@]}" --show-bin-path)/mnist-bilstm-mpi"
