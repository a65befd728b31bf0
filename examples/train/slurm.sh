#!/bin/bash
#SBATCH --job-name=gentzen
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=64
#SBATCH --gpus-per-node=8
#SBATCH --time=24:00:00
# On the first node GPU 0 trains and vLLM draws rollouts on GPUs 1 to 4; Lean runs on the cores of all nodes, as actors of
# a Ray cluster. A job that is ended by the queue goes on where it was when it is submitted again. Never run as a whole
# here: no cluster was at hand. MODEL is the folder that 8gpu.yaml names as model.path.
set -euo pipefail
MODEL=${MODEL:-checkpoints/goedel-code-prover-8b}
head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)

wait_for() { # what it is, seconds, and a command that succeeds once it is there
  local what=$1 seconds=$2
  shift 2
  for _ in $(seq "$seconds"); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 1
  done
  echo "$what did not come up within $seconds seconds" >&2
  exit 1
}

srun --overlap --nodes=1 --ntasks=1 -w "$head" \
  ray start --head --port=6379 --num-cpus="$SLURM_CPUS_PER_TASK" --num-gpus=0 --block &
wait_for "the head of the Ray cluster" 120 ray status --address="$head:6379"
if [ "$SLURM_NNODES" -gt 1 ]; then
  srun --overlap --nodes=$((SLURM_NNODES - 1)) --ntasks=$((SLURM_NNODES - 1)) --exclude="$head" \
    ray start --address="$head:6379" --num-cpus="$SLURM_CPUS_PER_TASK" --num-gpus=0 --block &
fi
CUDA_VISIBLE_DEVICES=1,2,3,4 VLLM_SERVER_DEV_MODE=1 vllm serve "$MODEL" --port 8000 --tensor-parallel-size 4 \
  --weight-transfer-config '{"backend": "nccl"}' --logprobs-mode processed_logprobs &
wait_for "the vLLM server" 1200 curl --silent --fail http://127.0.0.1:8000/health

CUDA_VISIBLE_DEVICES=0 gentzen train examples/train/8gpu.yaml --ray "$head:6379"
