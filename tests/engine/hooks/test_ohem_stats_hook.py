from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import cv2
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmengine.dataset import pseudo_collate
from mmengine.model import BaseModel
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from lanedet_mm.engine.hooks import OHEMStatsHook
from lanedet_mm.models.losses import DiceFocalLoss, OHEMCrossEntropyLoss, PremiumLoss
from lanedet_mm.visualization.kept_pixels import kept_pixels_sheet

META = {
    'classes': ('background', 'solid', 'dashed'),
    'palette': [[0, 0, 0], [230, 60, 50], [40, 150, 255]],
}
SHARES = [f'of_{name}' for name in META['classes']]
# (row, col) of pixels: of the background, of class 1 and of class 2.
WRONG = [(0, 0), (0, 1), (0, 2), (4, 2), (5, 2), (6, 5)]
OPTIONS = {'thresh': 0.7, 'min_kept': 1}


def truth() -> Tensor:
    """64 valid pixels, 8 of class 1, 8 of class 2, 48 of the background; 8 ignored."""
    label = torch.zeros(8, 9, dtype=torch.long)
    label[:, 2], label[:, 5], label[:, 8] = 1, 2, 255
    label[0, 2] = 0  # class 1 begins at row 1 ...
    label[7, 3] = 1  # ... and ends beside its column
    return label


def sample(wrong: Sequence[tuple[int, int]] = WRONG) -> dict[str, Any]:
    """An image that is blue where the model will be wrong."""
    image = torch.full((3, 8, 9), 90, dtype=torch.uint8)
    for row, col in wrong:
        image[0, row, col] = 250
    return {
        'inputs': image,
        'data_samples': SegDataSample(gt_sem_seg=PixelData(data=truth()[None].clone())),
    }


class Data(Dataset):
    def __init__(self, samples: list[dict[str, Any]], metainfo: dict[str, Any]) -> None:
        self.samples = samples
        self.metainfo = metainfo

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return self.samples[index]


class Model(BaseModel):
    """Sure of the true class, and of the next one where the image is blue.

    Pads to 12 columns, and calls its losses as a decode head does, then with logits of zeros, as
    another head may.
    """

    def __init__(self, *losses: nn.Module) -> None:
        super().__init__({'type': 'SegDataPreProcessor', 'size': (8, 12), 'seg_pad_val': 255})
        self.sure = nn.Parameter(torch.tensor(10.0))
        self.losses = nn.ModuleList(losses)

    def forward(self, inputs: Tensor, data_samples: list[Any], mode: str) -> dict[str, Tensor]:
        label = torch.cat([one.gt_sem_seg.data for one in data_samples])
        known = label.where(label != 255, 0)
        said = (known + (inputs[:, 0] > 200)) % 3
        logits = self.sure * F.one_hot(said, 3).permute(0, 3, 1, 2)
        values = [
            loss(some, label, weight=None, ignore_index=255)
            for some in (logits, logits * 0)
            for loss in self.losses
        ]
        return {'loss': torch.stack(values).sum()}


@pytest.fixture(autouse=True)
def _scope() -> None:
    init_default_scope('lanedet_mm')


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., SimpleNamespace]:
    def _train(
        *losses: nn.Module,
        samples: list[dict[str, Any]] | None = None,
        metainfo: dict[str, Any] = META,
        batch_size: int = 1,
        **options: Any,  # noqa: ANN401
    ) -> SimpleNamespace:
        data = Data(samples or [sample()], metainfo)
        loader = DataLoader(data, batch_size=batch_size, collate_fn=pseudo_collate)
        model = Model(*losses or (OHEMCrossEntropyLoss(**OPTIONS),))
        runner = Runner(
            model,
            str(tmp_path),
            experiment_name=f'{tmp_path.name}_{uuid4()}',
            train_dataloader=loader,
            train_cfg={'by_epoch': False, 'max_iters': len(loader)},
            optim_wrapper={'optimizer': {'type': 'SGD', 'lr': 0.0}},
            custom_hooks=[OHEMStatsHook(**{'interval': 1, **options})],
            default_scope='lanedet_mm',
        )
        runner.train()
        assert not any(one._forward_hooks for one in model.modules())
        pictures = sorted(Path(runner.log_dir).glob('vis_data/vis_image/ohem_kept_*.png'))
        return SimpleNamespace(
            scalars={
                key.removeprefix('train/ohem_kept_share').removeprefix('_'): buffer.data[0].tolist()
                for key, buffer in runner.message_hub.log_scalars.items()
                if 'ohem_kept' in key
            },
            pictures={path.stem: cv2.imread(str(path))[..., ::-1] for path in pictures},
        )

    return _train


Train = Callable[..., SimpleNamespace]


def nested() -> list[list[nn.Module]]:
    """Losses as a decode head may have them."""
    options = {'ohem': OPTIONS}
    return [
        [OHEMCrossEntropyLoss(**OPTIONS)],
        [PremiumLoss(options=options)],
        [DiceFocalLoss(), OHEMCrossEntropyLoss(**OPTIONS)],
        [PremiumLoss(ohem_weight=0), PremiumLoss(options=options), PremiumLoss()],
    ]


@pytest.mark.parametrize('which', range(4))
def test_shares_of_planted_pixels_wherever_the_loss_is(train: Train, which: int) -> None:
    # 6 of 64: three of the background ((0, 2) is), two of class 1, one of class 2.
    got = train(*nested()[which]).scalars
    want = dict(zip(['', *SHARES], [6 / 64, 3 / 6, 2 / 6, 1 / 6], strict=True))
    assert got == {name: [pytest.approx(share)] for name, share in want.items()}


def test_the_least_number_is_filled_up_with_the_hardest(train: Train) -> None:
    # All of the 58 right ones are equally hard, so that all are kept with the 6.
    got = train(OHEMCrossEntropyLoss(thresh=0.7, min_kept=7)).scalars
    want = dict(zip(['', *SHARES], [1, 48 / 64, 8 / 64, 8 / 64], strict=True))
    assert got == {name: [pytest.approx(share)] for name, share in want.items()}


def test_shares_are_of_the_whole_batch(train: Train) -> None:
    got = train(samples=[sample(), sample(WRONG[3:5])], batch_size=2).scalars
    want = dict(zip(['', *SHARES], [8 / 128, 3 / 8, 4 / 8, 1 / 8], strict=True))
    assert got == {name: [pytest.approx(share)] for name, share in want.items()}


def test_only_due_iterations_count(train: Train) -> None:
    samples = [sample(WRONG[:count]) for count in (1, 2, 3, 4, 5, 6)]
    got = train(samples=samples, interval=2).scalars['']
    assert got == pytest.approx([2 / 64, 4 / 64, 6 / 64])


def test_between_due_iterations_nothing_is_selected_again(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, hard = [], OHEMCrossEntropyLoss.hard

    def counted(*args: Any) -> Tensor:  # noqa: ANN401
        calls.append(torch.is_grad_enabled())
        return hard(*args)

    monkeypatch.setattr(OHEMCrossEntropyLoss, 'hard', counted)
    train(samples=[sample()] * 6, interval=3)
    assert calls == [True, True] * 2 + [True, True, False] + [True, True] * 2 + [True, True, False]


def test_nothing_is_written_of_nothing(train: Train) -> None:
    nowhere = OHEMCrossEntropyLoss(thresh=0.7, min_kept=0)
    assert train(nowhere, samples=[sample([])]).scalars == {'': [0]}
    unknown = sample()
    unknown['data_samples'].gt_sem_seg.data.fill_(255)
    assert train(samples=[unknown]).scalars == {}


@pytest.mark.parametrize('metainfo', [{}, {'classes': ('background', 'marking')}])
def test_classes_that_the_data_set_does_not_name_are_numbers(
    train: Train, metainfo: dict[str, Any]
) -> None:
    got = train(metainfo=metainfo, picture_interval=1)
    assert sorted(got.scalars) == ['', 'of_0', 'of_1', 'of_2']
    assert len(got.pictures) == 1


def test_the_picture_shows_the_first_images_of_its_batch(train: Train) -> None:
    shown, samples = [WRONG, WRONG[3:5]], [sample(WRONG[:1])] * 3
    samples += [sample(shown[0]), sample(shown[1]), sample([])]
    got = train(samples=samples, batch_size=3, interval=50, picture_interval=2, num_shown=2)
    assert got.scalars == {}
    images, truths = np.zeros((2, 8, 12, 3), np.uint8), np.full((2, 8, 12), 255, np.uint8)
    images[:, :, :9], truths[:, :, :9] = 90, truth().numpy()
    kept, predicted = np.zeros((2, 8, 12), bool), np.where(truths == 255, 0, truths)
    for index, wrong in enumerate(shown):
        for row, col in wrong:
            images[index, row, col, 0], kept[index, row, col] = 250, True
            predicted[index, row, col] = (truths[index, row, col] + 1) % 3
    assert list(got.pictures) == ['ohem_kept_2']
    want = kept_pixels_sheet(images, truths, predicted, kept, **META)
    np.testing.assert_array_equal(got.pictures['ohem_kept_2'], want)


def test_it_selects_in_float32_and_takes_any_label_to_ignore() -> None:
    # Each loss is ln 3, 1.0986, which is 1.1016 in bfloat16; but one is 10.
    logits = torch.zeros(1, 3, 8, 9)
    logits[0, 1, 3, 4] = 10.0
    loss, hook = OHEMCrossEntropyLoss(thresh=1.1, min_kept=0), OHEMStatsHook(interval=1)
    scalars: dict[str, float] = {}
    runner = SimpleNamespace(
        model=nn.ModuleList([loss]),
        iter=0,
        message_hub=SimpleNamespace(update_scalar=scalars.__setitem__),
        train_dataloader=SimpleNamespace(dataset=SimpleNamespace(metainfo=META)),
    )
    hook.before_train(runner)
    hook.before_train_iter(runner, 0)
    label = truth().where(truth() != 255, -1)[None]
    loss(logits.bfloat16(), label, None, -1)  # by position
    hook.after_train_iter(runner, 0)
    assert scalars['train/ohem_kept_share'] == pytest.approx(1 / 64)
    assert scalars['train/ohem_kept_share_of_background'] == 1


def test_what_cannot_be_is_refused(train: Train) -> None:
    for name in ('interval', 'picture_interval', 'num_shown'):
        with pytest.raises(ValueError, match=f'{name} 0.*; needed is 1 or more of each'):
            OHEMStatsHook(**{name: 0})
    with pytest.raises(ValueError, match=r'no OHEMCrossEntropyLoss to watch: use it or a PremiumL'):
        train(DiceFocalLoss())
