import os
from pathlib import Path

import torch

from lanedet_mm.checkpoints.newest_checkpoint import newest_checkpoint


def test_the_newest_of_a_pattern(tmp_path: Path) -> None:
    for age, name in enumerate(('best_c.pth', 'best_a.pth', 'best_b.pth')):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (9 - age, 9 - age))
    assert newest_checkpoint(str(tmp_path / 'best_*.pth')) == str(tmp_path / 'best_c.pth')


def test_the_last_one_where_no_best_was_kept(tmp_path: Path) -> None:
    (tmp_path / 'last_checkpoint').write_text('/moved/since/iter_9.pth')
    (tmp_path / 'iter_9.pth').touch()
    assert newest_checkpoint(str(tmp_path / 'best_*.pth')) == str(tmp_path / 'iter_9.pth')
    other = str(tmp_path / 'epoch_*.pth')
    assert newest_checkpoint(other) == other


def test_the_best_of_an_older_training_in_the_folder_is_not_taken(tmp_path: Path) -> None:
    for age, name in enumerate(('best_a.pth', 'best_b.pth')):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (age, age))
    info = {'best_ckpt': '/elsewhere/best_a.pth'}
    torch.save({'message_hub': {'runtime_info': info}}, tmp_path / 'iter_9.pth')
    (tmp_path / 'last_checkpoint').write_text('/elsewhere/iter_9.pth')
    assert newest_checkpoint(str(tmp_path / 'best_*.pth')) == str(tmp_path / 'best_a.pth')


def test_paths_and_addresses_stay() -> None:
    for name in ('work_dirs/x/iter_9.pth', 'https://weights.example/a?b=best_*.pth'):
        assert newest_checkpoint(name) == name
