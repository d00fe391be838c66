#!/usr/bin/env bash
# Test on several GPUs, or on several CPU processes where there is no GPU.
#
#   tools/dist_test.sh CONFIG CHECKPOINT GPUS [arguments of tools/test.py]
set -euo pipefail
config=$1 checkpoint=$2 gpus=$3
exec "$(dirname "$0")/dist_run.sh" test.py "$config" "$gpus" "$checkpoint" "${@:4}"
