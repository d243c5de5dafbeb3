#!/usr/bin/env bash
# Trains one model on several nodes as a Slurm job. The nodes share this directory, the images are in datasets/mnist, and
# mnist-bilstm-mpi is on the PATH; Slurm was built with PMIx (Open MPI) or PMI-2 (MPICH):
#
#   MPI_NODES=4 Scripts/mpi/slurm.sh --hidden-size 512 --batch-size 512 --name wide
#
# The words are options of `mnist-bilstm train`. There is one process on a node, with a thread for each core that Slurm
# gives it. A minute before its time limit the job stops with a checkpoint, and `--resume latest` resumes it, with any number
# of nodes. The output is in runs/mpi-<job>.txt.
#
# To adapt, set variables: MPI_NODES (2), MPI_CORES (the cores of a node; 8), MPI_TIME (the time limit; 1:00:00), MPI_PMI
# (pmix; pmi2 for MPICH), MPI_RUNS (the directory of runs; ./runs), and sbatch's, such as SBATCH_PARTITION; see `man sbatch`.
set -euo pipefail

runs=${MPI_RUNS:-runs}
mkdir -p "$runs"
# sbatch passes --wrap to a shell. The signal goes to the processes, of which one is enough to stop all.
exec sbatch --job-name=mnist-bilstm-mpi --nodes="${MPI_NODES:-2}" --ntasks-per-node=1 --cpus-per-task="${MPI_CORES:-8}" \
  --time="${MPI_TIME:-1:00:00}" --signal=TERM@60 --output="$runs/mpi-%j.txt" \
  --wrap "exec srun --mpi=${MPI_PMI:-pmix} --cpus-per-task=${MPI_CORES:-8} --kill-on-bad-exit=1 mnist-bilstm-mpi --runs $(printf %q "$runs") $(printf '%q ' "$@")"
