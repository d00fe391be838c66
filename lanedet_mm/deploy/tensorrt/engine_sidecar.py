"""What lies beside an engine: where it came from and where it runs."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from lanedet_mm.deploy.onnx_graph import file_sha256
from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile

REBUILD = 'build it again: tools/deploy.py with the deploy config and the checkpoint'


@dataclass(frozen=True)
class EngineSidecar:
    """One engine's papers, JSON in `NAME.engine.json`.

    Attributes:
        engine_bytes: Size of the engine file.
        engine_sha256: Its checksum.
        tensorrt: Version of TensorRT that built it; no other one can read it.
        gpu: Name of the GPU that it was built on; its kernels are chosen for that one.
        compute_capability: The GPU's generation, such as '9.0'.
        onnx_file: Name of the ONNX file that it was built from.
        onnx_sha256: That file's checksum.
        precision: 'fp32', 'fp16' or 'int8'.
        profiles: Shapes that it takes.
        model: What the ONNX file says of itself (classes, normalization); None if nothing.
    """

    engine_bytes: int
    engine_sha256: str
    tensorrt: str
    gpu: str
    compute_capability: str
    onnx_file: str
    onnx_sha256: str
    precision: str
    profiles: tuple[InputProfile, ...]
    model: dict[str, Any] | None

    @classmethod
    def read(cls, engine: Path | str) -> Self:
        """The sidecar of an engine.

        Raises:
            FileNotFoundError: If engine or sidecar is missing.
            ValueError: If the sidecar is not one.
        """
        path = sidecar_path(engine)
        for file in (Path(engine), path):
            if not file.is_file():
                raise FileNotFoundError(f'no {file}; an engine and its sidecar go together')
        try:
            fields = json.loads(path.read_text())
            profiles = tuple(
                InputProfile(*(tuple(one[key]) for key in ('smallest', 'usual', 'largest')))
                for one in fields.pop('profiles')
            )
            return cls(**fields, profiles=profiles)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(f'{path}: is no sidecar of an engine ({error}); {REBUILD}') from error

    def write(self, engine: Path | str) -> None:
        """Write it beside the engine."""
        text = json.dumps(dataclasses.asdict(self), indent=1)
        sidecar_path(engine).write_text(text + '\n')

    def check(
        self, engine: Path | str, *, tensorrt: str, gpu: Gpu, onnx: Path | str | None = None
    ) -> None:
        """Whether the engine can run here.

        Args:
            engine: The engine file.
            tensorrt: Version of TensorRT here.
            gpu: The GPU here.
            onnx: An ONNX file that the engine has to be of; None takes the engine's word.

        Raises:
            ValueError: If it cannot, or is of another ONNX file.
        """
        size = Path(engine).stat().st_size
        if size != self.engine_bytes:
            raise ValueError(
                f'{engine}: has {size} bytes, not the {self.engine_bytes} that were written: it is '
                f'cut off or of another build; copy it again, with its sidecar, or {REBUILD}'
            )
        if file_sha256(engine) != self.engine_sha256:
            raise ValueError(f'{engine}: is not what was written (checksum); {REBUILD}')
        if tensorrt != self.tensorrt:
            raise ValueError(
                f'{engine}: is of TensorRT {self.tensorrt}, and TensorRT {tensorrt} is installed; '
                f"python -m pip install 'tensorrt=={self.tensorrt}', or {REBUILD}"
            )
        if (gpu.name, gpu.compute_capability) != (self.gpu, self.compute_capability):
            raise ValueError(
                f'{engine}: is for {self.gpu} ({self.compute_capability}), and this GPU is '
                f'{gpu.name} ({gpu.compute_capability}); {REBUILD} on this machine'
            )
        if onnx is not None and file_sha256(onnx) != self.onnx_sha256:
            raise ValueError(
                f'{engine}: was built from another {self.onnx_file} than {onnx} (checksum); '
                f'{REBUILD}'
            )


def sidecar_path(engine: Path | str) -> Path:
    """Where an engine's sidecar lies."""
    return Path(f'{engine}.json')
