"""Package set-up; `requirements/` holds the versions and their reasons."""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent


def requirements(name: str) -> list[str]:
    """Lines of a requirements file without comments."""
    lines = (HERE / 'requirements' / name).read_text().splitlines()
    return [line.split('#')[0].strip() for line in lines if line.split('#')[0].strip()]


setup(
    name='lanedet_mm',
    version='0.1.0',
    description='Lane markings in aerial photographs: plug-ins and tools on OpenMMLab',
    license='Apache-2.0',
    python_requires='>=3.11',
    packages=find_packages(include=['lanedet_mm', 'lanedet_mm.*']),
    package_data={'lanedet_mm.evaluation.report': ['*.html', '*.css', '*.js']},
    install_requires=requirements('runtime.txt'),
    extras_require={'openvino': requirements('openvino.txt')},
)
