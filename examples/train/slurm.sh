#!/bin/bash
#SBATCH --job-name=gentzen
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=64
#SBATCH --gpus-per-node=8
#SBATCH --time=24:00:00
# The first node trains; Lean runs on the cores of all of them, as actors of a Ray cluster. A job that is ended by the
# queue goes on where it was when it is submitted again.
set -euo pipefail
head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
srun --nodes=1 --ntasks=1 -w "$head" ray start --head --port=6379 --num-cpus="$SLURM_CPUS_PER_TASK" --block &
sleep 20
srun --nodes=$((SLURM_NNODES - 1)) --ntasks=$((SLURM_NNODES - 1)) --exclude="$head" \
  ray start --address="$head:6379" --num-cpus="$SLURM_CPUS_PER_TASK" --block &
sleep 20
gentzen train examples/train/8gpu.yaml --ray "$head:6379"
