import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from torch import nn

from lanedet_mm.models.distillers import FrozenTeacher

Draw = Callable[[dict[str, Any], int], nn.Module]


def loaded(
    config: str | dict[str, Any], checkpoint: Path | str, *, classes: int = 3, **own: object
) -> FrozenTeacher:
    one = FrozenTeacher(config, str(checkpoint))
    preprocessor = {'mean': (100, 100, 100), 'std': [50.0] * 3, 'bgr_to_rgb': True, **own}
    one.load(num_classes=classes, preprocessor=preprocessor)
    return one


def test_it_says_what_the_trained_network_says(
    teacher: dict[str, Any], checkpoint: Path, draw: Draw
) -> None:
    image, same = torch.randn(2, 3, 16, 20), draw(teacher, 1).eval()
    heard = loaded(teacher, checkpoint)(image)
    assert torch.equal(heard.logits, same(image, mode='tensor'))
    assert heard.features.shape == (2, 6, 16, 20)
    assert torch.equal(heard.logits, same.decode_head.conv_seg(heard.features))
    assert not heard.logits.requires_grad


def test_asked_about_flips_it_says_the_same_whichever_way_an_image_lies(
    teacher: dict[str, Any], checkpoint: Path, draw: Draw
) -> None:
    image, same = torch.randn(2, 3, 16, 20), draw(teacher, 1).eval()
    one = loaded(teacher, checkpoint)
    one.flips = True
    heard = one(image)
    for way in ((2,), (3,), (2, 3)):
        torch.testing.assert_close(one(image.flip(way)).logits, heard.logits.flip(way))
    answers = [
        same(image.flip(way), mode='tensor').flip(way).softmax(1)
        for way in ((), (2,), (3,), (2, 3))
    ]
    torch.testing.assert_close(heard.logits.softmax(1), sum(answers) / 4)
    assert not torch.allclose(answers[0], answers[1], atol=0.01)
    assert torch.equal(heard.features, loaded(teacher, checkpoint)(image).features)


def test_what_it_is_sure_of_has_finite_logits(
    teacher: dict[str, Any], checkpoint: Path, draw: Draw
) -> None:
    content = torch.load(checkpoint)
    content['state_dict']['decode_head.conv_seg.bias'] = torch.tensor([0.0, 1e4, -1e4])
    torch.save(content, checkpoint)
    one = loaded(teacher, checkpoint)
    one.flips = True
    logits = one(torch.randn(1, 3, 16, 16)).logits
    assert logits.isfinite().all()
    assert (logits.argmax(1) == 1).all()


def test_classes_come_with_the_checkpoint(
    teacher: dict[str, Any], checkpoint: Path, tmp_path: Path
) -> None:
    assert loaded(teacher, checkpoint).classes == ('background', 'solid', 'dashed')
    bare = torch.load(checkpoint)['state_dict']
    torch.save(bare, tmp_path / 'bare.pth')
    assert loaded(teacher, tmp_path / 'bare.pth').classes is None


def test_of_a_distiller_s_config_the_student_is_the_teacher(
    teacher: dict[str, Any], checkpoint: Path, tmp_path: Path
) -> None:
    model = {'type': 'SegmentorDistiller', 'student': teacher, 'teacher': 'x.py'}
    Config({'model': model}).dump(tmp_path / 'chain.py')
    one = loaded(str(tmp_path / 'chain.py'), checkpoint)
    assert list(one.module.state_dict()) == list(torch.load(checkpoint)['state_dict'])


def test_a_pattern_takes_the_newest(teacher: dict[str, Any], checkpoint: Path, draw: Draw) -> None:
    other = checkpoint.with_name('best_a.pth')
    torch.save({'state_dict': draw(teacher, 7).state_dict()}, other)
    newest = {checkpoint: draw(teacher, 1), other: draw(teacher, 7)}
    for path, same in newest.items():
        for one in newest:
            os.utime(one, (one == path, one == path))
        got = loaded(teacher, checkpoint.parent / 'best_*.pth')
        assert got.path == str(path)
        weights = got.module.decode_head.conv_seg.weight
        assert torch.equal(weights, same.decode_head.conv_seg.weight)


def test_without_a_best_one_the_last_is_taken(
    teacher: dict[str, Any], checkpoint: Path, tmp_path: Path
) -> None:
    last = checkpoint.rename(tmp_path / 'iter_9.pth')
    (tmp_path / 'last_checkpoint').write_text(f'/moved/since/{last.name}')
    assert loaded(teacher, tmp_path / 'best_*.pth').path == str(last)
    with pytest.raises(FileNotFoundError, match='Train the teacher first'):
        loaded(teacher, tmp_path / 'epoch_*.pth')


def test_every_weight_that_does_not_fit_is_listed(
    teacher: dict[str, Any], checkpoint: Path
) -> None:
    content = torch.load(checkpoint)
    weights = content['state_dict']
    bias = weights.pop('decode_head.conv_seg.bias')
    weights['head.bias'] = bias
    name = 'backbone.stages.0.convs.0.conv.weight'
    weights[name] = weights[name][:, :2]
    torch.save(content, checkpoint)
    with pytest.raises(ValueError, match="does not fit the teacher's config") as error:
        loaded(teacher, checkpoint)
    assert str(error.value).endswith(
        '3 weights: missing decode_head.conv_seg.bias; unexpected head.bias; '
        f'{name} has shape (6, 2, 3, 3), needed is (6, 3, 3, 3)'
    )


def test_other_classes_stop(teacher: dict[str, Any], checkpoint: Path) -> None:
    with pytest.raises(ValueError, match='the teacher has 3 classes, the student 2; needed are'):
        loaded(teacher, checkpoint, classes=2)


@pytest.mark.parametrize(
    ('own', 'said'),
    [
        ({'mean': [100.0, 100, 90]}, r"'mean': \[100.0, 100.0, 100.0\].*\[100.0, 100.0, 90.0\]"),
        ({'std': [1.0] * 3}, r"'std': \[50.0, 50.0, 50.0\].*the student's .*'std': \[1.0"),
        ({'bgr_to_rgb': False}, "'bgr_to_rgb': True.*the student's .*'bgr_to_rgb': False"),
    ],
)
def test_other_preprocessing_stops_and_names_both(
    teacher: dict[str, Any], checkpoint: Path, own: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=f"the teacher's data_preprocessor has .*{said}"):
        loaded(teacher, checkpoint, **own)


class Hostile:
    """A checkpoint that runs code when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return (Path.touch, (self.path,))


def test_a_hostile_checkpoint_runs_nothing(teacher: dict[str, Any], tmp_path: Path) -> None:
    torch.save({'state_dict': Hostile(tmp_path / 'ran')}, tmp_path / 'hostile.pth')
    with pytest.raises(pickle.UnpicklingError):
        loaded(teacher, tmp_path / 'hostile.pth')
    assert not (tmp_path / 'ran').exists()


def test_it_is_not_asked_before_it_is_loaded(teacher: dict[str, Any], checkpoint: Path) -> None:
    with pytest.raises(RuntimeError, match=r'the teacher is not loaded; call init_weights\(\)'):
        FrozenTeacher(teacher, str(checkpoint))(torch.zeros(1, 3, 16, 16))
