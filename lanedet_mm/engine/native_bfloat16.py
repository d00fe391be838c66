"""Whether bfloat16 is a gain here."""

import torch
from mmengine.device import get_device


def has_native_bfloat16() -> bool:
    """Whether the device that is trained on multiplies bfloat16 matrices by itself.

    One that does not only emulates them: a training step of the student on a CPU of AVX2 takes 14
    times as long in bfloat16 as in float32 (docs/benchmarks.md, "Threads and memory layout").

    Returns:
        True for GPUs from Ampere on and CPUs with AVX-512 BF16 or AMX; False for others, and for
        a CPU of which this PyTorch cannot tell.
    """
    if get_device() == 'cuda':
        return torch.cuda.is_bf16_supported(including_emulation=False)
    there: dict[str, bool] = getattr(torch.cpu, 'get_capabilities', dict)()
    return bool(there.get('avx512_bf16') or there.get('amx_bf16'))
