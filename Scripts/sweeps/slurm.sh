#!/usr/bin/env bash
# A sweep as a Slurm job array, on nodes that share this directory and have mnist-bilstm on the PATH:
#
#   Scripts/sweeps/slurm.sh cells --seeds 0-9 --set cell=lstm,gru --epochs 10 --validation 5000
#
# The first word names the sweep, the others are options of `mnist-bilstm sweep`. A minute before its time is over an
# entry stops with a checkpoint; the same command again goes on with what is left. Slurm's MaxArraySize (1001 unless
# configured) limits the entries. Options of sbatch: SBATCH_PARTITION and so on, see `man sbatch`.
set -euo pipefail

name=$1
shift
count=$(mnist-bilstm sweep plan --name "$name" --count "$@")
array=$(sbatch --parsable --job-name="$name" --array="0-$((count - 1))" --cpus-per-task=1 --mem=512M \
  --time="${SWEEP_TIME:-1:00:00}" --signal=B:TERM@60 --requeue --output=/dev/null \
  --wrap "exec mnist-bilstm sweep run $name --index \$SLURM_ARRAY_TASK_ID")
sbatch --job-name="$name-report" --dependency="afterany:${array%%;*}" --cpus-per-task=1 --mem=512M \
  --output="runs/sweeps/$name/report.txt" --wrap "exec mnist-bilstm sweep report $name"
