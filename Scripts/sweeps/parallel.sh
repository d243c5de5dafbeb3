#!/usr/bin/env bash
# Runs a sweep with GNU parallel, on this machine or on several that share this directory and have mnist-bilstm on the
# PATH:
#
#   Scripts/sweeps/parallel.sh cells --seeds 0-9 --set cell=lstm,gru --epochs 10 --validation 5000
#   PARALLEL="--sshlogin node1,node2 --workdir ." Scripts/sweeps/parallel.sh cells …
#
# The first word is the name of the sweep; the others are options of `mnist-bilstm sweep plan`. The number of entries at
# a time is the number of a machine's cores, unless PARALLEL has another `--jobs`. The same command again resumes the
# sweep.
#
# To adapt: set the machines in PARALLEL. For a directory of runs other than ./runs, set SWEEP_RUNS=/shared/runs.
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
