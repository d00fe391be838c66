import os
import platform

from lanedet_mm.deploy.timing.machine import machine_name


def test_it_says_how_many_cores_and_which_python() -> None:
    name = machine_name()
    assert f', {os.cpu_count()} cores' in name
    assert name.endswith(f'Python {platform.python_version()}')
    assert name.split(',')[0].strip()
