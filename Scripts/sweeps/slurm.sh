#!/usr/bin/env bash
# Runs a sweep as a Slurm job array, on nodes that share this directory and have mnist-bilstm on the PATH:
#
#   Scripts/sweeps/slurm.sh cells --seeds 0-9 --set cell=lstm,gru --epochs 10 --validation 5000
#
# The first word is the name of the sweep; the others are options of `mnist-bilstm sweep plan`. A minute before its time
# limit an entry stops with a checkpoint; the same command again resumes the sweep. The output of an entry is in
# runs/sweeps/cells/slurm-<index>.txt, the report's table in report.txt.
#
# To adapt, set variables: SWEEP_TIME (the time limit of an entry; 1:00:00), SWEEP_RUNS (the directory of runs; ./runs),
# and sbatch's, such as SBATCH_PARTITION and SBATCH_ACCOUNT; see `man sbatch`. Slurm's MaxArraySize (by default 1001)
# limits the number of entries.
set -euo pipefail

name=${1:?the name of the sweep is missing}
shift
runs=${SWEEP_RUNS:-runs}
count=$(mnist-bilstm sweep plan --name "$name" --runs "$runs" --count "$@")
# sbatch passes --wrap to a shell.
place="$name --runs $(printf %q "$runs")"
array=$(sbatch --parsable --job-name="$name" --array="0-$((count - 1))" --cpus-per-task=1 --mem=512M \
  --time="${SWEEP_TIME:-1:00:00}" --signal=B:TERM@60 --requeue --output="$runs/sweeps/$name/slurm-%a.txt" \
  --wrap "exec mnist-bilstm sweep run $place --index \$SLURM_ARRAY_TASK_ID")
sbatch --job-name="$name-report" --dependency="afterany:${array%%;*}" --cpus-per-task=1 --mem=512M \
  --output="$runs/sweeps/$name/report.txt" --wrap "exec mnist-bilstm sweep report $place"
