import csv
import io

from lanedet_mm.deploy.timing.case_times import CaseTimes
from lanedet_mm.deploy.timing.machine import device_name
from lanedet_mm.deploy.timing.timed_case import TimedCase
from lanedet_mm.deploy.timing.timing_table import COLUMNS, csv_table, markdown_table

GOOD = CaseTimes(
    TimedCase('student', 'onnxruntime', ('a.onnx',), 500, 8, 2),
    network_ms=[1234.5],
    network_cpu_ms=[20.0],
    whole_ms=[40.0],
    load_ms=3.14159,
    peak_mib=181.6,
    version='ONNX Runtime 1.32.0',
)
BAD = CaseTimes(
    TimedCase('teacher', 'openvino', ('a.xml',), 256, 1, 2, 'gpu'), error='takes 512 px'
)


def test_a_row_a_case_and_failures_below() -> None:
    lines = markdown_table([GOOD, BAD], lane_iou={}).splitlines()
    assert [cell.strip() for cell in lines[0].strip('|').split('|')] == list(COLUMNS)
    assert lines[2] == (
        '| student | onnxruntime | 500 | 8 | 2 | 1234 | 1234 | 20 | 40 | 200 | 50 | 3.14 | 182 |'
    )
    assert lines[3:] == [
        '',
        'Without times:',
        '',
        '- teacher, openvino, 256 px, batch 1: takes 512 px',
    ]


def test_what_is_not_known_is_empty() -> None:
    other = CaseTimes(TimedCase('b', 'pytorch', (), 1, 1, 1), [1.0], [1.0], [1.0], load_ms=1.0)
    lines = markdown_table([GOOD, other], lane_iou={'student': 57.256}).splitlines()
    assert lines[0].endswith(' | peak, MiB | lane IoU |')
    assert lines[2].endswith(' | 182 | 57.26 |') and lines[3].endswith(' | 1 |  |  |')


def test_csv_has_all_digits_and_the_errors() -> None:
    good, bad = csv.DictReader(io.StringIO(csv_table([GOOD, BAD], lane_iou={'student': 57.256})))
    assert (good['network, ms'], good['load, ms'], good['lane IoU']) == (
        '1234.5',
        '3.14159',
        '57.256',
    )
    assert (good['version'], good['error']) == ('ONNX Runtime 1.32.0', '')
    assert (good['device'], bad['device']) == (device_name('cpu'), 'gpu')
    assert (bad['model'], bad['network, ms'], bad['error']) == ('teacher', 'nan', 'takes 512 px')
