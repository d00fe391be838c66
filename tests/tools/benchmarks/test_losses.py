from collections.abc import Callable


def test_a_small_run_has_every_loss_and_its_ratios(call_tool: Callable[..., str]) -> None:
    small = ('--shape', 1, 3, 64, 64, '--repeats', 1, '--threads', 1)
    lines = call_tool('benchmarks/losses.py', *small, '--no-memory').splitlines()
    assert lines[0].startswith('(1, 3, 64, 64), 1 threads, PyTorch ')
    rows = [line.strip('| ').split(' | ') for line in lines if line.startswith('| ')]
    head, plain, sampler, ohem, *others = rows
    assert len(head) == 8
    assert [plain[0], ohem[0]] == ['cross entropy (PyTorch)', 'OHEMCrossEntropyLoss']
    assert plain[2] == plain[5] == '1.00'
    assert sampler[3] == sampler[6] == '1.0'
    milliseconds = [float(row[column]) for row in rows[1:] for column in (1, 4)]
    assert min(milliseconds) > 0
    assert {'DiceFocalLoss', 'PremiumLoss', 'LovaszSoftmaxLoss'} <= {row[0] for row in others}


def test_peak_memory_is_at_least_that_of_the_gradient(run_tool: Callable[..., str]) -> None:
    # In a process of its own, as the tool does it: freed memory of other tests hides the gain.
    arguments = ('--shape', 2, 3, 512, 512, '--peak', 'OHEMCrossEntropyLoss')
    peak = float(run_tool('benchmarks/losses.py', *arguments).splitlines()[-1])
    assert 6 <= peak < 200  # logits of 6 MiB: a gradient, probabilities and what goes with them
