import os
from pathlib import Path

import pytest
import torch

from lanedet_mm.checkpoints.best_checkpoint import best_checkpoint


def test_latest_best_checkpoint_is_taken(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='train the config first'):
        best_checkpoint(tmp_path)
    for age, name in enumerate(['best_lane_iou_iter_200.pth', 'best_lane_iou_iter_100.pth']):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (age, age))
    assert best_checkpoint(tmp_path).name == 'best_lane_iou_iter_100.pth'


def test_the_last_one_is_named_where_no_best_was_kept(tmp_path: Path) -> None:
    (tmp_path / 'last_checkpoint').write_text(str(tmp_path / 'iter_9.pth'))
    assert best_checkpoint(tmp_path).name == 'iter_9.pth'


def write_last(folder: Path, name: str, *, best: str | None) -> None:
    info = {} if best is None else {'best_ckpt': f'/elsewhere/{best}'}
    torch.save({'state_dict': {}, 'message_hub': {'runtime_info': info}}, folder / name)
    (folder / 'last_checkpoint').write_text(f'/elsewhere/{name}')  # the folder was moved


def test_the_best_of_an_older_training_in_the_folder_is_not_taken(tmp_path: Path) -> None:
    for name in ('best_lane_iou_iter_100.pth', 'best_lane_iou_iter_200.pth'):
        (tmp_path / name).touch()
    os.utime(tmp_path / 'best_lane_iou_iter_100.pth', (1, 1))
    write_last(tmp_path, 'iter_300.pth', best='best_lane_iou_iter_100.pth')
    assert best_checkpoint(tmp_path) == tmp_path / 'best_lane_iou_iter_100.pth'
    write_last(tmp_path, 'iter_300.pth', best=None)  # trained without validation
    assert best_checkpoint(tmp_path) == tmp_path / 'iter_300.pth'


@pytest.mark.parametrize('content', [b'', b'cut off'])
def test_the_best_stays_where_the_last_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / 'best_lane_iou_iter_100.pth').touch()
    write_last(tmp_path, 'iter_300.pth', best=None)
    (tmp_path / 'iter_300.pth').write_bytes(content)
    assert best_checkpoint(tmp_path).name == 'best_lane_iou_iter_100.pth'
    (tmp_path / 'iter_300.pth').unlink()
    assert best_checkpoint(tmp_path).name == 'best_lane_iou_iter_100.pth'
