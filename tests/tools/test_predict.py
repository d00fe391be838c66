import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import onnx
import pytest
import rasterio
from onnx import TensorProto, helper
from rasterio.transform import from_origin

from lanedet_mm.inference.onnx_model import OnnxModel

ROOT = Path(__file__).parents[2]


def save_model(path: Path, *, size: int | str = 's', **said: object) -> Path:
    """A network whose three classes are blue, green and red: the strongest wins."""
    shape = ('n', 3, size, size)
    image, output = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name in ('input', 'output')
    )
    node = helper.make_node('Identity', ['input'], ['output'])
    graph = helper.make_graph([node], 'identity', [image], [output])
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=9)
    detail = {
        'classes': ['background', 'white_solid', 'white_dashed'],
        'palette': [[0, 0, 0], [255, 0, 0], [0, 0, 255]],
        'output': 'logits',
        'mean': [0, 0, 0],
        'std': [255, 255, 255],
        'tile_px': 64,
        **said,
    }
    helper.set_model_props(network, {'lanedet_mm': json.dumps(detail)})
    onnx.save(network, path)
    return path


def save_geotiff(path: Path, image: np.ndarray, gsd_m: float) -> Path:
    """A BGR image at 48 degrees north, its pixels 1 / cos(48 degrees) larger than on the ground."""
    side = gsd_m / np.cos(np.radians(48))
    with rasterio.open(
        path, 'w', driver='GTiff', width=image.shape[1], height=image.shape[0], count=3,
        dtype='uint8', crs='EPSG:3857', transform=from_origin(1e6, 6_106_855, side, side),
    ) as raster:  # fmt: skip
        raster.write(image[..., ::-1].transpose(2, 0, 1))
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_model(tmp_path / 'model.onnx')


def predict(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, 'argv', ['predict.py', *map(str, arguments)])
    runpy.run_path(str(ROOT / 'tools/predict.py'), run_name='__main__')


def test_a_folder_with_a_broken_image(
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source, out = tmp_path / 'in', tmp_path / 'out'
    source.mkdir()
    image = np.zeros((100, 150, 3), np.uint8)
    image[:, :50, 0] = image[:, 50:100, 1] = image[:, 100:, 2] = 200  # blue, green, red
    cv2.imwrite(str(source / 'good.png'), image)
    (source / 'broken.jpg').write_bytes(b'\xff\xd8 cut')
    with pytest.raises(SystemExit, match=r'1 images could not be read:\n.*broken\.jpg: truncated'):
        predict(monkeypatch, source, '--model', model, '--out', out)
    assert '1 images predicted' in capsys.readouterr().out
    mask = cv2.imread(str(out / 'masks/good.png'), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(mask, np.repeat([[0, 1, 2]], 50, axis=1).repeat(100, axis=0))
    overlay = cv2.imread(str(out / 'overlays/good.jpg'))
    assert overlay[50, 75].tolist() == pytest.approx([0, 0, 255], abs=4)  # class 1 is red, BGR


def test_bad_input_is_an_error_of_one_line(
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cv2.imwrite(str(tmp_path / 'a.png'), np.zeros((8, 8, 3), np.uint8))
    image, out = tmp_path / 'a.png', ('--out', tmp_path / 'out')
    (tmp_path / 'masks').mkdir()
    (tmp_path / 'masks/a.png').write_bytes(image.read_bytes())
    (tmp_path / 'config.py').write_text('model = {}')
    cases = [
        ((tmp_path / 'none.jpg', '--model', model), r'no image and no folder .*none\.jpg'),
        ((image, '--model', 'a.txt'), r'no model is a\.txt'),
        ((image, '--model', 'a.engine'), r'no model a\.engine'),
        ((image, '--model', model, '--gsd', 0.1), 'does not say at which ground metres'),
        (
            (image, '--model', model, '--model-gsd', 0.1),
            r'1 of 1 images do not say their ground metres per pixel, .*a\.png is the first',
        ),
        ((image, '--model', tmp_path / 'none.onnx'), r'no model .*none\.onnx'),
        ((image, '--model', tmp_path / 'config.py', 'none.pth'), r'no checkpoint none\.pth'),
        ((image, '--model', model, '--tile', 8, '--overlap', 8), 'do not move'),
        ((image, '--model', model, '--thresholds', 'road=0.4'), r"threshold for \['road'\]"),
        ((image, '--model', model, '--out', image), r'nothing can be written in .*a\.png'),
        (
            (tmp_path / 'masks', '--model', model, '--out', tmp_path),
            r'would replace .*masks/a\.png',
        ),
    ]
    for arguments, message in cases:
        with pytest.raises(SystemExit, match=f'^error: .*{message}'):
            predict(monkeypatch, *out, *arguments)
    for options in (('--model-gsd', 0.1, '--scale', 2), ('--gsd', 0.1, '--scale', 2)):
        with pytest.raises(SystemExit, match='2'):
            predict(monkeypatch, image, '--model', model, *out, *options)
        assert 'give --gsd or --model-gsd or both, or --scale' in capsys.readouterr().err
    for options in (('--scale', -1), ('--gsd', 0), ('--gsd', 0.1, '--model-gsd', -0.1)):
        with pytest.raises(SystemExit, match='2'):
            predict(monkeypatch, image, '--model', model, *out, *options)
        assert 'it has to be above 0' in capsys.readouterr().err


def test_ground_resolutions_give_the_scale(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = np.zeros((40, 40, 3), np.uint8)
    image[10:20, 10:20, 1] = 200
    cv2.imwrite(str(tmp_path / 'a.png'), image)
    options = ('--gsd', 0.1, '--model-gsd', 0.2, '--out', tmp_path / 'out')
    predict(monkeypatch, tmp_path / 'a.png', '--model', model, *options)
    mask = cv2.imread(str(tmp_path / 'out/masks/a.png'), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(mask, image[..., 1] > 0)  # 2 x 2 px are one


def test_a_model_of_one_size_sets_the_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixed = save_model(tmp_path / 'fixed.onnx', size=64)
    image = np.zeros((70, 100, 3), np.uint8)
    image[:, 64:, 1] = 200
    cv2.imwrite(str(tmp_path / 'a.png'), image)
    arguments = (tmp_path / 'a.png', '--model', fixed, '--out', tmp_path / 'out')
    predict(monkeypatch, *arguments)
    mask = cv2.imread(str(tmp_path / 'out/masks/a.png'), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(mask, image[..., 1] > 0)
    with pytest.raises(SystemExit, match='takes windows of 64 px and no others, got 32 px'):
        predict(monkeypatch, *arguments, '--tile', 32)


def test_the_file_alone_says_windows_overlap_and_resolution(
    load_tool: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    """Trained at 10 to 30 cm: 5 cm become 10, 40 cm become 30, and 20 cm stay."""
    tool = load_tool('predict.py')
    said = {'tile_px': 640, 'overlap_px': 200, 'ground_gsd_m': [0.1, 0.3]}
    model = OnnxModel(save_model(tmp_path / 'a.onnx', **said))
    assert tool.default_tile(model) == 640
    assert (tool.default_overlap(model, 640), tool.default_overlap(model, 512)) == (200, 128)
    scales = [tool.scale_to_model(model, gsd_m, None) for gsd_m in (None, 0.05, 0.2, 0.4)]
    assert scales == [1, 0.5, 1, pytest.approx(4 / 3)]
    assert tool.scale_to_model(model, 0.2, 0.1) == 2


def test_a_georeferenced_image_says_its_resolution_and_its_mask_lies_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Squares of 2 px at 10 cm are one pixel at 20 cm: half green, half blue is blue."""
    image = np.zeros((40, 40, 3), np.uint8)
    image[..., 0] = 200
    image[10:12, 10:12] = (0, 220, 0)
    image[20, 20] = (0, 220, 0)
    source = save_geotiff(tmp_path / 'a.tif', image, 0.1)
    knows = save_model(tmp_path / 'knows.onnx', ground_gsd_m=[0.2, 0.3])
    knows_not = save_model(tmp_path / 'knows_not.onnx')
    own = '1 of 1 images say where they lie: their own 0.1 to 0.1 m per pixel are taken as --gsd'
    for number, (options, taken, speck) in enumerate(
        [
            ((knows,), True, False),
            ((knows, '--gsd', 0.2), False, True),
            ((knows, '--scale', 1), False, True),
            ((knows, '--model-gsd', 0.1), True, True),
            ((knows_not,), False, True),
            ((knows_not, '--model-gsd', 0.2), True, False),
        ]
    ):
        out = tmp_path / f'{number}'
        predict(monkeypatch, source, '--model', *options, '--out', out)
        assert (own in capsys.readouterr().out) is taken
        with rasterio.open(source) as before, rasterio.open(out / 'masks/a.tif') as mask:
            assert (mask.crs, mask.transform, mask.shape) == (
                before.crs, before.transform, (40, 40)
            )  # fmt: skip
            classes = mask.read(1)
        expected = image[..., 1] > 0
        expected[20, 20] = speck
        assert np.array_equal(classes, expected)


def test_an_image_that_is_far_too_coarse_is_not_enlarged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = save_geotiff(tmp_path / 'a.tif', np.zeros((40, 40, 3), np.uint8), 30)
    knows = save_model(tmp_path / 'knows.onnx', ground_gsd_m=[0.2, 0.3])
    arguments = (source, '--model', knows, '--out', tmp_path / 'out')
    with pytest.raises(SystemExit, match=r'a\.tif has 30 m per pixel, 100 times what the model'):
        predict(monkeypatch, *arguments)
    predict(monkeypatch, *arguments, '--scale', 1)
    assert (tmp_path / 'out/masks/a.tif').is_file()


WITHOUT_FRAMEWORKS = """
import runpy, sys
runpy.run_path('tools/predict.py', run_name='__main__')
loaded = {'torch', 'mmengine', 'mmcv', 'mmseg', 'mmpretrain', 'rasterio'} & set(sys.modules)
print(f'frameworks: {sorted(loaded)}')
"""


def test_an_onnx_file_needs_neither_torch_nor_mm(model: Path, tmp_path: Path) -> None:
    image = np.full((64, 64, 3), (0, 0, 200), np.uint8)
    cv2.imwrite(str(tmp_path / 'a.png'), image)
    arguments = (tmp_path / 'a.png', '--model', model, '--out', tmp_path / 'out')
    ended = subprocess.run(
        [sys.executable, '-c', WITHOUT_FRAMEWORKS, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert '1 images predicted' in ended.stdout
    assert 'frameworks: []' in ended.stdout
    assert (cv2.imread(str(tmp_path / 'out/masks/a.png'), cv2.IMREAD_UNCHANGED) == 2).all()


def test_with_flips_a_turned_image_has_the_turned_mask(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a network that looks at the western neighbour alone."""
    network = onnx.load(model)
    weight = onnx.numpy_helper.from_array(np.float32([[[[1, 0, 0]]]] * 3), 'weight')
    network.graph.initializer.append(weight)
    west = helper.make_node('Conv', ['input', 'weight'], ['output'], group=3, pads=[0, 1, 0, 1])
    network.graph.node[0].CopyFrom(west)
    onnx.save(network, model)
    (tmp_path / 'in').mkdir()
    image = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    cv2.imwrite(str(tmp_path / 'in/a.png'), image)
    cv2.imwrite(str(tmp_path / 'in/b.png'), np.rot90(image))
    for options, alike in (((), False), (('--flips',), True)):
        out = tmp_path / f'out{alike}'
        predict(
            monkeypatch, tmp_path / 'in', '--model', model, '--tile', 64, '--out', out, *options
        )
        a, b = (cv2.imread(str(out / f'masks/{name}.png'), cv2.IMREAD_UNCHANGED) for name in 'ab')
        assert np.array_equal(b, np.rot90(a)) is alike


def test_thresholds_paint_more_and_less(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    image[:, :, 0] = 200  # background with 0.52, the lane classes with 0.24 each
    image[:, 32:] = (0, 200, 0)  # the first lane class with 0.52
    cv2.imwrite(str(tmp_path / 'a.png'), image)
    for options, left, right in (
        ((), 0, 1),
        (('0.2',), 1, 1),
        (('0.2', 'white_solid=0.9'), 0, 0),
    ):
        out = tmp_path / f'{left}{right}'
        thresholds = ('--thresholds', *options) if options else ()
        predict(
            monkeypatch, tmp_path / 'a.png', '--model', model, '--tile', 64, '--out', out,
            *thresholds,
        )  # fmt: skip
        mask = cv2.imread(str(out / 'masks/a.png'), cv2.IMREAD_UNCHANGED)
        assert (mask[:, :32] == left).all()
        assert (mask[:, 32:] == right).all()
