#!/usr/bin/env bash
# Train on several GPUs, or on several CPU processes where there is no GPU.
#
#   tools/dist_train.sh CONFIG GPUS [arguments of tools/train.py]
#   NNODES=2 NODE_RANK=0 MASTER_ADDR=10.0.0.1 tools/dist_train.sh CONFIG GPUS   # on each node
set -euo pipefail
exec "$(dirname "$0")/dist_run.sh" train.py "$@"
