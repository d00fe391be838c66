import threading
from pathlib import Path

import numpy as np
import pytest

from lanedet_mm.imagery import write_atomically


@pytest.mark.parametrize('rivals', [False, True])
def test_the_file_and_its_folder_are_made_and_nothing_else(tmp_path: Path, rivals: bool) -> None:
    path = tmp_path / 'new' / 'a.txt'
    for data in (b'one', b'two'):
        write_atomically(path, data, rivals=rivals)
        assert path.read_bytes() == data
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_run_left_behind_is_written_over(tmp_path: Path) -> None:
    (tmp_path / '.a.txt.part').write_bytes(b'longer than the new one')
    write_atomically(tmp_path / 'a.txt', b'new')
    assert [path.name for path in tmp_path.iterdir()] == ['a.txt']
    assert (tmp_path / 'a.txt').read_bytes() == b'new'


def test_a_file_that_is_there_stays_whole_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_atomically(tmp_path / 'a.txt', b'old')

    def disk_is_full(path: Path, data: bytes) -> int:
        path.touch()
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(Path, 'write_bytes', disk_is_full)
    with pytest.raises(OSError, match='No space'):
        write_atomically(tmp_path / 'a.txt', b'new')
    assert (tmp_path / 'a.txt').read_bytes() == b'old'


def test_rivals_do_not_spoil_each_others_file(tmp_path: Path) -> None:
    path, errors = tmp_path / 'a.bin', []
    pages = [np.full(1 << 20, value, np.uint8) for value in range(4)]

    def write(page: np.ndarray) -> None:
        try:
            for _ in range(20):
                write_atomically(path, page.data, rivals=True)
                seen = np.fromfile(path, np.uint8)
                assert len(seen) == 1 << 20
                assert (seen == seen[0]).all()
        except (AssertionError, OSError) as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert list(tmp_path.iterdir()) == [path]
