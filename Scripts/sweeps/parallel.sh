#!/usr/bin/env bash
# A sweep by GNU parallel, on this machine or on several that share this directory and have mnist-bilstm on the PATH:
#
#   Scripts/sweeps/parallel.sh cells --seeds 0-9 --set cell=lstm,gru --epochs 10 --validation 5000
#   PARALLEL="--sshlogin node1,node2 --workdir ." Scripts/sweeps/parallel.sh cells …
#
# The first word names the sweep, the others are options of `mnist-bilstm sweep`. The same command again goes on with
# what is left.
set -euo pipefail

name=$1
shift
count=$(mnist-bilstm sweep plan --name "$name" --count "$@")
seq 0 "$((count - 1))" | parallel --retries 3 mnist-bilstm sweep run "$name" --index {} || true
mnist-bilstm sweep report "$name"
