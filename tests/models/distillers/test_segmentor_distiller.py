import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.optim import build_optim_wrapper
from mmengine.structures import PixelData
from torch import Tensor, nn

from lanedet_mm.engine.hooks import ChannelsLastHook
from lanedet_mm.models.losses import softened_kl

Build = Callable[..., nn.Module]
Batch = Callable[..., dict[str, list[Any]]]
Draw = Callable[[dict[str, Any], int], nn.Module]
CWD, DIST = {'type': 'ChannelWiseDistillationLoss'}, {'type': 'DISTLoss'}


def losses_of(model: nn.Module, data: dict[str, list[Any]]) -> dict[str, Tensor]:
    model.train()
    losses: dict[str, Tensor] = model(
        **model.data_preprocessor(copy.deepcopy(data), True), mode='loss'
    )
    return losses


def steps(model: nn.Module, batches: list[dict[str, list[Any]]]) -> dict[str, Tensor]:
    """Weights after a step on each batch."""
    wrapper = build_optim_wrapper(model, {'optimizer': {'type': 'AdamW', 'lr': 1e-2}})
    model.train()
    for data in batches:
        model.train_step(copy.deepcopy(data), wrapper)
    weights: dict[str, Tensor] = model.state_dict()
    return weights


def test_the_total_is_the_sum_of_its_named_parts(distiller: Build, batch: Batch) -> None:
    model = distiller(alpha=0.6, logit_losses=[CWD, DIST])
    losses = losses_of(model, batch(2))
    total, logged = model.parse_losses(losses)
    names = ['decode.loss_ce', 'loss_kd', 'loss_cwd', 'loss_dist']
    assert [name for name in losses if 'loss' in name] == names
    assert total.item() == pytest.approx(sum(losses[name].item() for name in names), rel=1e-6)
    assert all(losses[name].item() > 0.01 for name in names)
    assert {name: logged[name].item() for name in names} == {
        name: losses[name].item() for name in names
    }


def test_the_shares_are_those_of_alpha(
    distiller: Build, batch: Batch, student: dict[str, Any], teacher: dict[str, Any], draw: Draw
) -> None:
    data, alone, told = batch(2), draw(student, 0), draw(teacher, 1).eval()
    got = losses_of(distiller(alpha=0.7), data)
    hard = losses_of(alone, data)['decode.loss_ce'].item()
    assert got['decode.loss_ce'].item() == pytest.approx(0.3 * hard, rel=1e-6)
    packed = alone.data_preprocessor(copy.deepcopy(data), True)
    label = torch.cat([one.gt_sem_seg.data for one in packed['data_samples']])
    logits = [one(packed['inputs'], mode='tensor') for one in (alone, told)]
    soft = 0.7 * 16 * softened_kl(*logits, label != 255).item()
    assert got['loss_kd'].item() == pytest.approx(soft, rel=1e-5)
    assert got['decode.acc_seg'].item() == losses_of(alone, data)['decode.acc_seg'].item()


def test_alpha_0_is_a_training_without_a_teacher_bit_for_bit(
    distiller: Build, batch: Batch, student: dict[str, Any], draw: Draw
) -> None:
    model = distiller(alpha=0, teacher='nowhere.py', teacher_checkpoint='nowhere.pth')
    batches = [batch(2), batch(2, seed=1)]
    plain, taught = steps(draw(student, 0), batches), steps(model, batches)
    assert list(plain) == list(taught)
    assert all(torch.equal(plain[name], taught[name]) for name in plain)
    assert not model.teacher.is_loaded
    learned = steps(distiller(), batches)
    assert not all(torch.equal(plain[name], learned[name]) for name in plain)


def test_a_student_that_is_its_teacher_has_no_divergence(
    distiller: Build, batch: Batch, student: dict[str, Any], draw: Draw, tmp_path: Path
) -> None:
    torch.save({'state_dict': draw(student, 0).state_dict()}, tmp_path / 'same.pth')
    heard: list[tuple[Tensor, ...]] = []
    model = distiller(teacher=student, teacher_checkpoint=str(tmp_path / 'same.pth'))
    model.listener = lambda *given: heard.append(given)
    assert losses_of(model, batch(2))['loss_kd'].item() == 0
    assert torch.equal(heard[0][0].argmax(1), heard[0][1].argmax(1))


@pytest.mark.parametrize('resize_to', ['teacher', 'student'])
def test_the_same_loss_at_32_and_64_px(
    distiller: Build, batch: Batch, coarse_student: dict[str, Any], resize_to: str
) -> None:
    model = distiller(student=coarse_student, resize_to=resize_to, logit_losses=[CWD, DIST])
    small = batch(1, size=32)
    large = copy.deepcopy(small)
    large['inputs'] = [one.repeat(1, 2, 2) for one in small['inputs']]
    for sample in large['data_samples']:
        sample.gt_sem_seg = PixelData(data=sample.gt_sem_seg.data.repeat(1, 2, 2))
        sample.set_metainfo({'img_shape': (64, 64)})
    values = [
        torch.stack([value for name, value in losses_of(model, data).items() if 'loss' in name])
        for data in (small, large)
    ]
    torch.testing.assert_close(values[1], values[0], rtol=0.1, atol=0)  # the image's own border


def test_the_teacher_is_nowhere_in_the_student(
    distiller: Build, batch: Batch, student: dict[str, Any], draw: Draw
) -> None:
    model, plain = distiller(), draw(student, 0)
    assert list(model.state_dict()) == list(plain.state_dict())
    plain.load_state_dict(model.state_dict(), strict=True)
    held = {id(one) for one in model.teacher.module.parameters()}
    wrapper = build_optim_wrapper(model, {'optimizer': {'type': 'AdamW', 'lr': 1e-2}})
    trained = {id(one) for group in wrapper.param_groups for one in group['params']}
    assert not held & (trained | {id(one) for one in model.parameters()})
    before = copy.deepcopy(model.teacher.module.state_dict())
    model.train_step(batch(2), wrapper)
    assert model.train().training
    assert not any(one.training for one in model.teacher.module.modules())
    for name, weight in model.teacher.module.named_parameters():
        assert weight.grad is None
        assert not weight.requires_grad
        assert torch.equal(weight, before[name])


def test_every_weight_of_the_student_learns_from_soft_labels_alone(
    distiller: Build, batch: Batch
) -> None:
    model = distiller(alpha=1.0)
    losses = losses_of(model, batch(2))
    assert losses['decode.loss_ce'].item() == 0
    model.parse_losses(losses)[0].backward()
    assert [name for name, one in model.named_parameters() if not one.grad.any()] == []


def test_the_teacher_follows_the_student(distiller: Build, batch: Batch) -> None:
    early, late = distiller(load=False), distiller()
    for model in (early, late):
        model.double()
        ChannelsLastHook.before_run(ChannelsLastHook(), type('Runner', (), {'model': model}))
    early._load_teacher()
    for model in (early, late):
        weight = model.teacher.module.backbone.stages[0].convs[0].conv.weight
        assert weight.dtype == torch.float64
        assert weight.is_contiguous(memory_format=torch.channels_last)
    assert early.teacher.module.data_preprocessor.mean.dtype == torch.float64


def test_the_teacher_runs_in_the_precision_around_it(distiller: Build, batch: Batch) -> None:
    model, heard = distiller(), []
    model.teacher.module.decode_head.conv_seg.register_forward_hook(
        lambda _, inputs, out: heard.append((out.dtype, torch.is_grad_enabled()))
    )
    with torch.autocast('cpu', dtype=torch.bfloat16):
        losses = losses_of(model, batch(2))
    losses_of(model, batch(2))
    assert heard == [(torch.bfloat16, False), (torch.float32, False)]
    assert losses['loss_kd'].dtype == torch.float32


def test_ignored_pixels_count_for_nothing(distiller: Build, batch: Batch) -> None:
    model, data, heard = distiller(), batch(2), []
    model.listener = lambda *given: heard.append(given)
    losses_of(model, data)
    student, teacher, valid, label = heard[0]
    assert torch.equal(valid, label != 255)
    assert valid.sum() == 2 * 15 * 16
    wrong = torch.where(valid.unsqueeze(1), student, -9 * student)
    assert model.loss_kd(wrong, teacher, valid).item() == pytest.approx(
        model.loss_kd(student, teacher, valid).item(), rel=1e-6
    )


@pytest.mark.parametrize(('resize_to', 'size'), [('teacher', 16), ('student', 8)])
def test_both_are_compared_at_the_size_of_one(
    distiller: Build, batch: Batch, coarse_student: dict[str, Any], resize_to: str, size: int
) -> None:
    heard: list[tuple[Tensor, ...]] = []
    model = distiller(student=coarse_student, resize_to=resize_to)
    model.listener = lambda *given: heard.append(given)
    losses_of(model, batch(2))
    (given,) = heard
    assert [tuple(one.shape[-2:]) for one in given] == [(size, size)] * 4
    assert given[2].sum() == 2 * (size - 1 if size == 16 else 8) * size  # row 0 is between 8's rows


def test_an_unlabeled_tile_gives_soft_labels_alone(distiller: Build, batch: Batch) -> None:
    model, data = distiller(), batch(3, unlabeled=(1,))
    part = {key: [one[0], one[2]] for key, one in copy.deepcopy(data).items()}
    heard: list[tuple[Tensor, ...]] = []
    model.listener = lambda *given: heard.append(given)
    whole, labelled = losses_of(model, data), losses_of(model, part)
    assert whole['decode.loss_ce'].item() == pytest.approx(labelled['decode.loss_ce'].item())
    student, teacher, valid, label = heard[0]
    assert valid.flatten(1).sum(1).tolist() == [15 * 16, 16 * 16, 15 * 16]
    assert (label[1] == 255).all()
    own = 0.7 * 16 * softened_kl(student[1:2], teacher[1:2], valid[1:2])
    counts = torch.tensor([2 * 15 * 16, 16 * 16])
    mean = (counts[0] * labelled['loss_kd'] + counts[1] * own) / counts.sum()
    assert whole['loss_kd'].item() == pytest.approx(mean.item(), rel=1e-5)


def test_what_a_batch_pads_is_no_part_of_an_unlabeled_tile(distiller: Build, batch: Batch) -> None:
    model, data, small = distiller(), batch(1), batch(2, size=12, unlabeled=(1,))
    heard: list[tuple[Tensor, ...]] = []
    model.listener = lambda *given: heard.append(given)
    losses_of(model, {key: [*data[key], small[key][1]] for key in data})
    valid = heard[0][2][1]
    assert valid[:12, :12].all()
    assert valid.sum() == 12 * 12


def test_a_batch_of_unlabeled_tiles_is_learned_from(distiller: Build, batch: Batch) -> None:
    losses = losses_of(distiller(), batch(2, unlabeled=(0, 1)))
    assert losses['decode.loss_ce'].item() == 0
    assert losses['loss_kd'].item() > 0.1


def test_hard_replaces_the_student_s_loss(distiller: Build, batch: Batch) -> None:
    losses = losses_of(distiller(hard={'type': 'PremiumLoss'}), batch(2))
    assert [name for name in losses if 'loss' in name] == ['decode.loss_premium', 'loss_kd']


def test_features_are_compared_where_there_are_as_many(
    distiller: Build, batch: Batch, student: dict[str, Any], draw: Draw, tmp_path: Path
) -> None:
    torch.save({'state_dict': draw(student, 3).state_dict()}, tmp_path / 'same.pth')
    options = {'alpha': 0, 'feature_losses': [CWD]}
    model = distiller(teacher=student, teacher_checkpoint=str(tmp_path / 'same.pth'), **options)
    losses = losses_of(model, batch(2))
    assert losses['loss_cwd'].item() > 0.01
    assert 'loss_kd' not in losses
    with pytest.raises(ValueError, match=r'got \(2, 4, 16, 16\) of the student, \(2, 6, 16, 16\)'):
        losses_of(distiller(**options), batch(2))


def test_predicting_needs_no_teacher(
    distiller: Build, batch: Batch, student: dict[str, Any], draw: Draw
) -> None:
    model = distiller(load=False, teacher='nowhere.py', teacher_checkpoint='nowhere.pth').eval()
    plain = draw(student, 0).eval()
    got, want = (one.val_step(batch(1))[0].seg_logits.data for one in (model, plain))
    assert torch.equal(got, want)


def test_a_missing_teacher_stops_a_training_before_its_first_step(distiller: Build) -> None:
    with pytest.raises(FileNotFoundError, match=r'no config nowhere\.py of the teacher; name it'):
        distiller(load=False, teacher='nowhere.py').init_weights()
    with pytest.raises(FileNotFoundError, match=r'weights nowhere\.pth cannot be had .* Train the'):
        distiller(load=False, teacher_checkpoint='nowhere.pth').init_weights()


def test_the_teacher_draws_no_lots(distiller: Build, student: dict[str, Any], draw: Draw) -> None:
    model, plain = distiller(load=False), draw(student, 0)
    for one in (model, plain):
        torch.manual_seed(5)
        one.init_weights()
    for name, weight in plain.state_dict().items():
        assert torch.equal(model.state_dict()[name], weight)


def test_what_cannot_be_is_refused(distiller: Build, student: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r'alpha is 1\.5.*needed are a share in'):
        distiller(alpha=1.5)
    with pytest.raises(ValueError, match=r"resize_to 'both'; needed are .*'teacher' or 'student'"):
        distiller(resize_to='both')
    with pytest.raises(ValueError, match="the student is a 'Cascade'; needed is"):
        distiller(student={**student, 'type': 'Cascade'})
    with pytest.raises(ValueError, match=r"named \['loss_kd', 'loss_cwd', 'loss_cwd'\]; needed"):
        distiller(logit_losses=[CWD], feature_losses=[CWD])
