import multiprocessing
import os
import time
from pathlib import Path

import pytest

from lanedet_mm.datasets.preparation.file_job import FileJob
from lanedet_mm.datasets.preparation.file_jobs import run_file_jobs
from lanedet_mm.imagery import write_atomically


def double(job: FileJob) -> None:
    number = int(job.sources[0].read_text())
    write_atomically(job.outputs[0], str(2 * number).encode())


def disk_is_full(job: FileJob) -> None:
    raise OSError(28, 'No space left on device')


def die(job: FileJob) -> None:
    os._exit(9)


def make_jobs(folder: Path, texts: list[str]) -> list[FileJob]:
    jobs = []
    for number, text in enumerate(texts):
        source = folder / f'{number}.txt'
        source.write_text(text)
        jobs.append(FileJob((source,), (folder / 'out' / source.name,)))
    return jobs


@pytest.mark.parametrize('processes', [1, 2])
def test_every_job_is_done_once(tmp_path: Path, processes: int) -> None:
    jobs = make_jobs(tmp_path, ['1', '2', '3'])
    report = run_file_jobs(double, jobs, processes=processes)
    assert [job.outputs[0].read_text() for job in jobs] == ['2', '4', '6']
    assert (report.made, report.kept, report.broken) == (3, 0, ())
    again = run_file_jobs(double, jobs, processes=processes)
    assert (again.made, again.kept) == (0, 3)


@pytest.mark.parametrize('processes', [1, 2])
def test_broken_and_missing_input_is_listed_and_the_rest_is_done(
    tmp_path: Path, processes: int
) -> None:
    jobs = make_jobs(tmp_path, ['1', 'one', '3', '4'])
    jobs[3].sources[0].unlink()
    report = run_file_jobs(double, jobs, processes=processes)
    assert report.made == 2
    assert [job for job, _ in report.broken] == [jobs[1], jobs[3]]
    assert '1.txt' in report.broken[0][1]
    assert 'invalid literal' in report.broken[0][1]
    assert '3.txt' in report.broken[1][1]
    assert '2 made, 0 there already, 2 broken' in report.summary()
    assert not jobs[1].outputs[0].exists()


def test_a_changed_source_is_done_again(tmp_path: Path) -> None:
    (job,) = make_jobs(tmp_path, ['1'])
    run_file_jobs(double, [job])
    job.sources[0].write_text('5')
    os.utime(job.outputs[0], (0, 0))
    assert run_file_jobs(double, [job]).made == 1
    assert job.outputs[0].read_text() == '10'


def test_half_a_file_of_a_killed_run_is_no_output(tmp_path: Path) -> None:
    (job,) = make_jobs(tmp_path, ['7'])
    job.outputs[0].parent.mkdir()
    (job.outputs[0].parent / '.0.txt.part').write_text('1')
    assert run_file_jobs(double, [job]).made == 1
    assert [path.name for path in job.outputs[0].parent.iterdir()] == ['0.txt']


def test_a_full_disk_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(OSError, match='No space'):
        run_file_jobs(disk_is_full, make_jobs(tmp_path, ['1']))


def test_a_killed_process_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match='terminated abruptly'):
        run_file_jobs(die, make_jobs(tmp_path, ['1', '2']), processes=2)


def note_process(job: FileJob) -> None:
    time.sleep(0.05)
    write_atomically(job.outputs[0], str(os.getpid()).encode())


def test_workers_end_when_the_run_is_killed(tmp_path: Path) -> None:
    jobs = make_jobs(tmp_path, ['1'] * 400)
    run = multiprocessing.get_context('fork').Process(
        target=run_file_jobs, args=(note_process, jobs), kwargs={'processes': 2}
    )
    run.start()
    while not jobs[0].outputs[0].exists() and run.is_alive():
        time.sleep(0.01)
    worker = int(jobs[0].outputs[0].read_text())
    run.kill()
    run.join()
    for _ in range(100):
        if not is_running(worker):
            break
        time.sleep(0.1)
    assert not is_running(worker)
    assert not all(job.is_done() for job in jobs)


def is_running(process: int) -> bool:
    status = Path(f'/proc/{process}/stat')
    # One that has ended stays listed, as a zombie, until someone asks for its result.
    return status.exists() and status.read_text().rpartition(') ')[2][0] != 'Z'
