from pathlib import Path

from lanedet_mm.experiments import ResultLog


def test_latest_record_of_a_key_counts(tmp_path: Path) -> None:
    log = ResultLog(tmp_path / 'deep' / 'results.jsonl')
    for key, value in (('a', 1), ('b', 2), ('a', 3)):
        log.append({'key': key, 'value': value})
    assert log.read() == [{'key': 'a', 'value': 3}, {'key': 'b', 'value': 2}]


def test_no_file_is_no_result(tmp_path: Path) -> None:
    assert ResultLog(tmp_path / 'results.jsonl').read() == []


def test_line_cut_short_by_a_kill_is_left_out_and_spoils_no_other(tmp_path: Path) -> None:
    log = ResultLog(tmp_path / 'results.jsonl')
    log.append({'key': 'a'})
    with log.path.open('a') as file:
        file.write('{"key": "b", "val')
    assert log.read() == [{'key': 'a'}]
    log.append({'key': 'c'})
    assert log.read() == [{'key': 'a'}, {'key': 'c'}]
