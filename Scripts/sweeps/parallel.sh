#!/usr/bin/env bash
# A sweep by GNU parallel, on this machine or on several that share this directory and have mnist-bilstm on the PATH:
#
#   Scripts/sweeps/parallel.sh cells --seeds 0-9 --set cell=lstm,gru --epochs 10 --validation 5000
#   PARALLEL="--sshlogin node1,node2 --workdir ." Scripts/sweeps/parallel.sh cells …
#
# The first word names the sweep, the others are options of `mnist-bilstm sweep plan`. As many entries run at once as a
# machine has cores; `--jobs` in PARALLEL says otherwise. The same command again goes on with what is left.
#
# To adapt: the machines, in PARALLEL. Where runs are to be elsewhere than in ./runs, SWEEP_RUNS=/shared/runs.
set -euo pipefail

name=${1:?the name of the sweep is missing}
shift
runs=${SWEEP_RUNS:-runs}
count=$(mnist-bilstm sweep plan --name "$name" --runs "$runs" --count "$@")
code=0
seq 0 "$((count - 1))" |
  parallel --retries 3 --quote mnist-bilstm sweep run "$name" --runs "$runs" --index {} || code=$?
mnist-bilstm sweep report "$name" --runs "$runs"
exit "$code"
