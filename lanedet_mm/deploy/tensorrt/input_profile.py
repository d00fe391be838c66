"""The shapes that an engine takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

Shape = tuple[int, ...]


@dataclass(frozen=True)
class InputProfile:
    """One optimization profile: a range of shapes, and the one that kernels are chosen for.

    Attributes:
        smallest: Least batch, channels, height and width, all in one shape (N, C, H, W).
        usual: The shape that is to be fastest.
        largest: Greatest of each.
    """

    smallest: Shape
    usual: Shape
    largest: Shape

    def __post_init__(self) -> None:
        shapes = (self.smallest, self.usual, self.largest)
        ordered = all(1 <= low <= mid <= high for low, mid, high in zip(*shapes, strict=False))
        if {len(shape) for shape in shapes} != {4} or not ordered:
            raise ValueError(
                f'profile {self.smallest}, {self.usual}, {self.largest}; needed are three shapes '
                '(N, C, H, W) of which none is below the one before'
            )

    @classmethod
    def parse(cls, shapes: dict[str, Sequence[int]]) -> Self:
        """From mmdeploy's `min_shape`, `opt_shape` and `max_shape`."""
        try:
            found = [shapes[key] for key in ('min_shape', 'opt_shape', 'max_shape')]
        except KeyError as error:
            raise ValueError(
                f'input_shapes has {sorted(shapes)}; needed are min_shape, opt_shape, max_shape'
            ) from error
        return cls(*(tuple(map(int, shape)) for shape in found))

    @property
    def fixed(self) -> Shape | None:
        """The only shape that it takes; None if there are several."""
        return self.usual if self.smallest == self.largest else None

    def contains(self, shape: Shape) -> bool:
        """Whether the engine takes the shape under this profile."""
        return len(shape) == 4 and all(
            low <= side <= high
            for low, side, high in zip(self.smallest, shape, self.largest, strict=True)
        )

    def __str__(self) -> str:
        sides = zip(self.smallest, self.largest, strict=True)
        return ' x '.join(f'{low}' if low == high else f'{low}..{high}' for low, high in sides)
