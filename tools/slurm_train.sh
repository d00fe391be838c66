#!/usr/bin/env bash
# Train on a Slurm cluster.
#
#   [GPUS=8] [GPUS_PER_NODE=4] [CPUS_PER_TASK=8] [SRUN_ARGS=...] \
#       tools/slurm_train.sh PARTITION JOB_NAME CONFIG [arguments of tools/train.py]
set -euo pipefail
partition=$1 job=$2 config=$3
tools=$(cd "$(dirname "$0")" && pwd)
PYTHONPATH="$tools/..${PYTHONPATH:+:$PYTHONPATH}" exec srun --partition="$partition" \
    --job-name="$job" --ntasks="${GPUS:-4}" --ntasks-per-node="${GPUS_PER_NODE:-4}" \
    --gres="gpu:${GPUS_PER_NODE:-4}" --cpus-per-task="${CPUS_PER_TASK:-8}" --kill-on-bad-exit=1 \
    ${SRUN_ARGS:-} "${PYTHON:-python}" -u "$tools/train.py" "$config" --launcher slurm "${@:4}"
