#!/usr/bin/env bash
# What dist_train.sh and dist_test.sh share: one process per GPU of this node.
set -euo pipefail
tools=$(cd "$(dirname "$0")" && pwd)
script=$1 config=$2 gpus=$3
python=${PYTHON:-$tools/../.venv/bin/python}
[ -x "$python" ] || python=python
PYTHONPATH="$tools/..${PYTHONPATH:+:$PYTHONPATH}" exec "$python" -m torch.distributed.run \
    --nnodes="${NNODES:-1}" --node_rank="${NODE_RANK:-0}" --nproc_per_node="$gpus" \
    --master_addr="${MASTER_ADDR:-127.0.0.1}" --master_port="${PORT:-29500}" \
    "$tools/$script" "$config" "${@:4}" --launcher pytorch
