#!/usr/bin/env bash
# Creates the virtual environment .venv for the programs in Benchmarks. It has safetensors, TensorBoard, the hub's package
# and the readers of ONNX files, and on request MLflow, or PyTorch, which are far larger. Does nothing if it is up to date.
#
# usage: [TORCH=REQUIREMENT] Scripts/python-environment.sh [--with-torch | --with-mlflow]
#   TORCH   the PyTorch that pip installs: a requirement (torch==2.13.0) or a wheel (/path/to/torch.whl);
#           by default the pinned version, on Linux from PyTorch's own index of builds without CUDA
set -euo pipefail
cd "$(dirname "$0")/.."

readonly pinned_torch="torch==2.13.0"
readonly cpu_index="https://download.pytorch.org/whl/cpu"

fail() {
    printf 'python-environment: %s\n' "$@" >&2
    exit 1
}

with_torch="" with_mlflow=""
case "$*" in
    "") ;;
    --with-torch) with_torch=yes ;;
    --with-mlflow) with_mlflow=yes ;;
    *) fail "found '$*', expected --with-torch or --with-mlflow;" \
        "usage: [TORCH=REQUIREMENT] Scripts/python-environment.sh [--with-torch | --with-mlflow]" ;;
esac

# The installed requirements are recorded in .venv, so that a changed version is installed again.
is_current() { [ -f ".venv/installed-$1" ] && cmp -s "Benchmarks/$1" ".venv/installed-$1"; }

install_requirements() {
    .venv/bin/python -m pip install --quiet --requirement "Benchmarks/$1" \
        || fail "pip could not install Benchmarks/$1; its message is above"
    cp "Benchmarks/$1" ".venv/installed-$1"
}

make_environment() {
    command -v python3 > /dev/null || fail "no python3 on the PATH; install Python 3.11 or later"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
        || fail "found $(python3 --version), Python 3.11 or later is needed; put a newer python3 first on the PATH"
    echo "Making the Python environment .venv with Benchmarks/requirements-interop.txt" >&2
    rm -rf .venv
    python3 -m venv .venv \
        || fail "python3 -m venv failed; on Debian and Ubuntu: apt-get install python3-venv"
    install_requirements requirements-interop.txt
}

# Without TORCH, an installed PyTorch is kept.
install_torch() {
    local torch="${TORCH:-}" arguments noted=.venv/installed-torch.txt
    if [ -f "$noted" ] && { [ -z "$torch" ] || [ "$(cat "$noted")" = "$torch" ]; }; then
        return
    fi
    if [ -n "$torch" ]; then
        arguments=("$torch")
    elif [ "$(uname -s)" = Linux ]; then
        arguments=("$pinned_torch" --index-url "$cpu_index")
    else
        arguments=("$pinned_torch")
    fi
    echo "Installing PyTorch into .venv: ${arguments[*]}" >&2
    .venv/bin/python -m pip install --quiet "${arguments[@]}" \
        || fail "pip could not install PyTorch (${arguments[*]})." \
            "Name another version or a wheel you have: make benchmark-peers TORCH=/path/to/torch.whl"
    printf '%s\n' "${torch:-$pinned_torch}" > "$noted"
}

is_current requirements-interop.txt || make_environment
if [ -n "$with_mlflow" ]; then
    is_current requirements-mlflow.txt || install_requirements requirements-mlflow.txt
fi
[ -n "$with_torch" ] || exit 0
install_torch
is_current requirements.txt || install_requirements requirements.txt
