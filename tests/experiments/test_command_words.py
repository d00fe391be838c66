import sys

from lanedet_mm.experiments.command_words import command_words


def test_python_is_the_interpreter_that_runs() -> None:
    words = command_words("python tools/train.py 'a b.py' --seed 0")
    assert words == [sys.executable, 'tools/train.py', 'a b.py', '--seed', '0']
    assert command_words('other python') == ['other', 'python']
