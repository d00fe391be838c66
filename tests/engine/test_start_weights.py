import os
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from lanedet_mm.engine.start_weights import settle_start


def config(work_dir: Path, **options: object) -> Config:
    return Config({'work_dir': str(work_dir), 'load_from': None, 'resume': False, **options})


def save(path: Path) -> str:
    torch.save({'state_dict': {}}, path)
    return str(path)


def test_weights_that_are_there_stay(tmp_path: Path) -> None:
    start = save(tmp_path / 'start.pth')
    settled = config(tmp_path / 'run', load_from=start)
    settle_start(settled)
    assert (settled.load_from, settled.resume) == (start, False)


def test_of_a_pattern_the_newest_file_is_taken(tmp_path: Path) -> None:
    old, new = save(tmp_path / 'best_b.pth'), save(tmp_path / 'best_a.pth')
    os.utime(old, (1, 1))
    settled = config(tmp_path / 'run', load_from=str(tmp_path / 'best_*.pth'))
    settle_start(settled)
    assert settled.load_from == new
    nothing = config(tmp_path / 'run', load_from=str(tmp_path / 'run/best_*.pth'))
    with pytest.raises(FileNotFoundError, match=r'run/best_\*\.pth, cannot be had .* Train them'):
        settle_start(nothing)


def test_a_run_goes_on_from_its_own_checkpoint_and_not_from_its_start(tmp_path: Path) -> None:
    last = save(tmp_path / 'epoch_3.pth')
    (tmp_path / 'last_checkpoint').write_text(last)
    settled = config(tmp_path, load_from='https://no.invalid/start.pth', resume=True)
    settle_start(settled)
    assert (settled.load_from, settled.resume) == (last, True)


def test_a_run_that_has_not_begun_begins_where_it_is_told_to(tmp_path: Path) -> None:
    start = save(tmp_path / 'start.pth')
    settled = config(tmp_path / 'run', load_from=start, resume=True)
    settle_start(settled)
    assert (settled.load_from, settled.resume) == (start, False)


def test_a_checkpoint_that_is_gone_is_not_gone_on_from(tmp_path: Path) -> None:
    (tmp_path / 'last_checkpoint').write_text('/elsewhere/iter_9.pth')
    with pytest.raises(FileNotFoundError, match=r'names .*iter_9\.pth, which is not there'):
        settle_start(config(tmp_path, resume=True))
    moved = save(tmp_path / 'iter_9.pth')  # with its folder
    settled = config(tmp_path, resume=True)
    settle_start(settled)
    assert settled.load_from == moved


def test_another_schedule_does_not_go_on(tmp_path: Path) -> None:
    schedule = [{'type': 'CosineAnnealingLR', 'by_epoch': False}]
    before = config(tmp_path, param_scheduler=schedule, train_cfg={'max_iters': 200})
    last = tmp_path / 'iter_200.pth'
    torch.save({'state_dict': {}, 'meta': {'cfg': before.pretty_text}}, last)
    (tmp_path / 'last_checkpoint').write_text(str(last))
    now = config(tmp_path, param_scheduler=schedule, train_cfg={'max_iters': 600}, resume=True)
    with pytest.raises(ValueError, match=r'end was 200, the config says 600\. Take another'):
        settle_start(now)


@pytest.mark.parametrize('start', ['nowhere/start.pth', 'http://127.0.0.1:9/start.pth'])
def test_weights_that_cannot_be_had_stop_the_run_and_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    monkeypatch.setenv('TORCH_HOME', str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r'start\.pth, cannot be had.*load_from=None'):
        settle_start(config(tmp_path, load_from=start))


def test_noise_is_only_taken_when_it_is_asked_for(tmp_path: Path) -> None:
    settled = config(tmp_path, load_from=None)
    settle_start(settled)
    assert settled.load_from is None
