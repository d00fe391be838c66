import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import torch

RunTool = Callable[..., str]
StartTool = Callable[..., tuple[int, str]]
DEPLOY = 'configs/deploy/onnxruntime_dynamic.py'


def test_onnx_says_what_pytorch_says_and_describes_itself(
    tmp_path: Path, trained: Path, tiny_config: Path, tiny_data: Path, run_tool: RunTool
) -> None:
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', trained)
    printed = run_tool('deploy.py', DEPLOY, tiny_config, *data, '--out', tmp_path)
    assert '0.00000% of' in printed
    assert [path.name for path in tmp_path.iterdir()] == ['model.onnx']
    metadata = onnx.load(tmp_path / 'model.onnx').metadata_props
    detail = json.loads(next(entry.value for entry in metadata if entry.key == 'lanedet_mm'))
    assert detail['classes'] == ['background', 'white_solid', 'white_dashed']
    assert (detail['tile_px'], detail['ground_gsd_m']) == (32, [0.1, 0.25])
    assert detail['to_rgb'] is True


def test_weights_of_another_model_are_refused(
    tmp_path: Path,
    trained: Path,
    tiny_config: Path,
    tiny_data: Path,
    call_tool: RunTool,
    read_checkpoint: Callable[[Path], dict[str, Any]],
) -> None:
    checkpoint = read_checkpoint(next(trained.glob('best_*.pth')))
    del checkpoint['state_dict']['decode_head.conv_seg.bias']
    torch.save(checkpoint, tmp_path / 'other.pth')
    data = ('--data-root', tiny_data, '--split', '.', '--out', tmp_path)
    printed = call_tool('deploy.py', DEPLOY, tiny_config, tmp_path / 'other.pth', *data, status=1)
    assert 'does not fit the config' in printed
    assert not list(tmp_path.glob('*.onnx'))


def test_each_deploy_config_has_a_folder_of_its_own(
    trained: Path, tiny_config: Path, tiny_data: Path, call_tool: RunTool
) -> None:
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', trained)
    printed = call_tool('deploy.py', DEPLOY, tiny_config, *data)
    file = trained / 'deploy/onnxruntime_dynamic/model.onnx'
    assert file.is_file()
    assert printed.splitlines()[-4].startswith(f'{file} (')


def test_bad_input_is_an_error_of_one_line(
    tmp_path: Path, trained: Path, tiny_config: Path, tiny_data: Path, start_tool: StartTool
) -> None:
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', trained)
    cases = [
        (('none.py', tiny_config, *data), 'no deploy config none.py'),
        ((DEPLOY, tiny_config, '--work-dir', tmp_path), f'no best_*.pth in {tmp_path}'),
        ((DEPLOY, tiny_config, *data, '--images', 'none.png'), 'none.png'),
    ]
    for arguments, message in cases:
        status, printed = start_tool('deploy.py', *arguments)
        assert status == 1
        assert printed.splitlines()[-1].startswith('error: ')
        assert message in printed.splitlines()[-1]


def test_a_training_ends_with_a_file(
    tmp_path: Path, tiny_config: Path, tiny_data: Path, call_tool: RunTool
) -> None:
    config = tmp_path / 'with_hook.py'
    config.write_text(
        f"_base_ = '{tiny_config}'\n"
        f"custom_hooks = [*_base_.custom_hooks, dict(type='ExportHook', deploy=['{DEPLOY}'])]\n"
    )
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path / 'work')
    call_tool('train.py', config, *data)
    file = tmp_path / 'work/deploy/onnxruntime_dynamic/model.onnx'
    assert file.is_file()
    (log,) = (tmp_path / 'work').glob('*/*.log')
    (line,) = (line for line in log.read_text().splitlines() if str(file) in line)
    assert 'INFO' in line
    assert ' ms at 32 x 32 px; 0.000% of the classes differ from PyTorch, lane IoU ' in line


def test_two_exports_in_one_process(
    tmp_path: Path, trained: Path, tiny_config: Path, tiny_data: Path, call_tool: RunTool
) -> None:
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', trained)
    for name in ('first', 'second'):
        call_tool('deploy.py', DEPLOY, tiny_config, *data, '--out', tmp_path / name)
    first, second = (onnx.load(tmp_path / name / 'model.onnx') for name in ('first', 'second'))
    assert first.graph == second.graph
