"""Commands of a spec."""

import shlex
import sys


def command_words(command: str) -> list[str]:
    """Split a command as a shell would; `python` is the interpreter that is running.

    Args:
        command: Such as `python tools/train.py CONFIG --seed 0`.
    """
    program, *arguments = shlex.split(command)
    return [sys.executable if program == 'python' else program, *arguments]
