#!/usr/bin/env bash
# Makes the virtual environment .venv with PyTorch, ONNX Runtime, safetensors and TensorBoard, which the programs
# in Benchmarks compare this package with. Does nothing when it is there and up to date.
#
# usage: [TORCH=REQUIREMENT] Scripts/python-environment.sh
#   TORCH   what pip installs as PyTorch: a requirement (torch==2.13.0) or a wheel (/path/to/torch.whl);
#           by default the pinned version, on Linux from PyTorch's own index of builds without CUDA
set -euo pipefail
cd "$(dirname "$0")/.."

readonly pinned_torch="torch==2.13.0"
readonly cpu_index="https://download.pytorch.org/whl/cpu"

fail() {
    printf 'python-environment: %s\n' "$@" >&2
    exit 1
}

[ $# -eq 0 ] || fail "takes no arguments; usage: [TORCH=REQUIREMENT] Scripts/python-environment.sh"

torch="${TORCH:-}"
if [ -n "$torch" ]; then
    torch_arguments=("$torch")
elif [ "$(uname -s)" = Linux ]; then
    torch_arguments=("$pinned_torch" --index-url "$cpu_index")
else
    torch_arguments=("$pinned_torch")
fi

# What was installed is noted in .venv, so that a changed pin or another TORCH installs anew. Without
# TORCH, whichever PyTorch is there stays.
readonly installed_torch=.venv/installed-torch.txt installed_requirements=.venv/installed-requirements.txt
if [ -f "$installed_torch" ] \
    && cmp -s Benchmarks/requirements.txt "$installed_requirements" \
    && { [ -z "$torch" ] || [ "$(cat "$installed_torch")" = "$torch" ]; }; then
    exit 0
fi

command -v python3 > /dev/null || fail "no python3 on the PATH; install Python 3.11 or later"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || fail "found $(python3 --version), Python 3.11 or later is needed; put a newer python3 first on the PATH"

echo "Making the Python environment .venv: ${torch_arguments[*]} and Benchmarks/requirements.txt" >&2
rm -rf .venv
python3 -m venv .venv \
    || fail "python3 -m venv failed; on Debian and Ubuntu: apt-get install python3-venv"
.venv/bin/python -m pip install --quiet "${torch_arguments[@]}" \
    || fail "pip could not install PyTorch (${torch_arguments[*]})." \
        "Name another version or a wheel you have: make benchmark-peers TORCH=/path/to/torch.whl"
.venv/bin/python -m pip install --quiet --requirement Benchmarks/requirements.txt \
    || fail "pip could not install Benchmarks/requirements.txt; its message is above"
cp Benchmarks/requirements.txt "$installed_requirements"
printf '%s\n' "${torch:-$pinned_torch}" > "$installed_torch"
