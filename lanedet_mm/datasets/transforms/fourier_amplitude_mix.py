"""The light and colour of other ground, by the spectrum."""

from collections import deque
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray
from scipy import fft

from lanedet_mm.imagery import read_image
from lanedet_mm.registry import TRANSFORMS

Pixels = NDArray[np.uint8]
Values = NDArray[np.float32]
_SUFFIXES = ('.jpg', '.jpeg', '.png')


@TRANSFORMS.register_module()
class FourierAmplitudeMix(BaseTransform):
    """Mix the low frequencies' amplitude with that of another image, and keep the phase.

    The amplitude of low frequencies holds light, colour and haze, the phase holds where things are,
    so that the labels stay: Yang & Soatto 2020, "FDA: Fourier domain adaptation for semantic
    segmentation" (which swaps it: share (1, 1)); Xu et al. 2021, "A Fourier-based framework for
    domain generalization" (which mixes the whole spectrum).

    The other image is one that this transform has seen before, of the last `memory`: they come
    shuffled from all cities of the training side, cropped and scaled alike, without being read
    again and without a data set around the data set. Each worker has its own memory, and its first
    image stays as it is. With `image_dir` it is a random piece of a random file there instead, as
    of unlabeled tiles of a city that training does not see.

    Required key: img, BGR of 8 bits. Changed: img.

    Args:
        prob: Share of the images that are changed.
        share: Least and greatest share of the other image's amplitude, in [0, 1].
        cutoff: How many waves in an image, along its rows and along its columns, still count as a
            low frequency, as a share of the pixels of its shorter side: 0.01 of 512 px is five
            waves (beta of FDA), 0.5 is the whole spectrum of a square, 0 the mean colour alone.
        memory: How many images are remembered.
        image_dir: Folder with images; None takes those remembered.
    """

    def __init__(
        self,
        *,
        prob: float = 0.5,
        share: tuple[float, float] = (0.0, 1.0),
        cutoff: float = 0.01,
        memory: int = 16,
        image_dir: str | None = None,
    ) -> None:
        if not 0 <= prob <= 1 or not 0 <= share[0] <= share[1] <= 1:
            raise ValueError(
                f'prob is {prob} and share {share}; needed are 0 <= prob <= 1 and '
                '0 <= least <= greatest <= 1'
            )
        if not 0 <= cutoff <= 0.5 or memory < 1:
            raise ValueError(
                f'cutoff is {cutoff} and memory {memory}; needed are a cutoff in [0, 0.5] and at '
                'least one image'
            )
        self.prob = prob
        self.share = share
        self.cutoff = cutoff
        self.memory = memory
        self.image_dir = image_dir
        self._seen: deque[Pixels] = deque(maxlen=memory)
        self._files = None if image_dir is None else _images_in(Path(image_dir))

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Change the image of some samples."""
        rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002 - what mm seeds
        image: Pixels = results['img']
        other = self._other(rng, image.shape[:2]) if rng.random() < self.prob else None
        if self._files is None:
            self._seen.append(image.copy())
        if other is not None:
            share = rng.uniform(*self.share)
            mixed = mix_amplitudes(
                image.astype(np.float32), other.astype(np.float32), share=share, cutoff=self.cutoff
            )
            results['img'] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
        return results

    def _other(self, rng: np.random.Generator, size_hw: tuple[int, ...]) -> Pixels | None:
        """Another image of this size; None before one has been seen."""
        if self._files is None:
            if not self._seen:
                return None
            return _piece(rng, self._seen[rng.integers(len(self._seen))], size_hw)
        return _piece(rng, read_image(self._files[rng.integers(len(self._files))]), size_hw)

    def __repr__(self) -> str:
        options = ', '.join(
            f'{name}={value!r}' for name, value in vars(self).items() if not name.startswith('_')
        )
        return f'{type(self).__name__}({options})'


def mix_amplitudes(image: Values, other: Values, *, share: float, cutoff: float) -> Values:
    """Give an image a share of the amplitude that another one has at low frequencies.

    Args:
        image: Shape (H, W, C).
        other: The same shape.
        share: Share of the other one's amplitude, in [0, 1].
        cutoff: See `FourierAmplitudeMix`.

    Returns:
        Shape (H, W, C), not clipped.
    """
    height, width = image.shape[:2]
    mine, its = (fft.rfft2(one, axes=(0, 1)) for one in (image, other))
    limit = int(cutoff * min(height, width))
    rows = np.flatnonzero(np.abs(fft.fftfreq(height, 1 / height)) <= limit)
    low = np.ix_(rows, np.arange(min(limit, width // 2) + 1))
    amplitude = np.abs(mine[low])
    # What is 0 has no phase; any will do.
    phase = np.where(amplitude > 0, mine[low] / np.maximum(amplitude, 1e-12), 1)
    mine[low] = ((1 - share) * amplitude + share * np.abs(its[low])) * phase
    return np.asarray(fft.irfft2(mine, s=(height, width), axes=(0, 1)), np.float32)


def _piece(rng: np.random.Generator, image: Pixels, size_hw: tuple[int, ...]) -> Pixels:
    """A random piece of an image, which is enlarged if it is smaller than that."""
    scale = max(size / length for size, length in zip(size_hw, image.shape, strict=False))
    if scale > 1:
        size_wh = tuple(int(np.ceil(length * scale)) for length in image.shape[1::-1])
        image = np.asarray(cv2.resize(image, size_wh, interpolation=cv2.INTER_LINEAR), np.uint8)
    row, col = (
        rng.integers(length - size + 1) for size, length in zip(size_hw, image.shape, strict=False)
    )
    return image[row : row + size_hw[0], col : col + size_hw[1]]


def _images_in(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.glob('*') if path.suffix.lower() in _SUFFIXES)
    if not files:
        raise FileNotFoundError(
            f'no image in image_dir {folder}; needed are {", ".join(_SUFFIXES)}, or None to take '
            "the data set's own"
        )
    return files
