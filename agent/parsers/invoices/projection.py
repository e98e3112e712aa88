"""Where a point of one picture lies in another: scaling, turning, tilting and the view of a flat sheet from an angle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Projection:
    """x ↦ (ax + by + c) / (gx + hy + 1), y ↦ (dx + ey + f) / (gx + hy + 1): the eight coefficients in Pillow's order."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0
    g: float = 0.0
    h: float = 0.0

    @property
    def coefficients(self) -> tuple[float, ...]:
        """The eight numbers."""
        return (self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h)

    @property
    def is_scaling(self) -> bool:
        """Whether nothing is moved, turned or bent."""
        return self.b == self.c == self.d == self.f == self.g == self.h == 0 and self.a == self.e

    def then(self, other: Projection) -> Projection:
        """This one and then the other."""
        p, q = _rows(other), _rows(self)
        m = [[sum(p[i][k] * q[k][j] for k in range(3)) for j in range(3)] for i in range(3)]
        n = m[2][2] or 1e-12
        return Projection(*(m[i][j] / n for i, j in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1))))

    def point(self, x: float, y: float) -> Point:
        """Where this point lies in the other picture."""
        below = self.g * x + self.h * y + 1 or 1e-12
        return (self.a * x + self.b * y + self.c) / below, (self.d * x + self.e * y + self.f) / below

    def box(self, box: Box) -> Box:
        """The upright box around a box's four corners in the other picture."""
        corners = [self.point(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return min(xs), min(ys), max(xs), max(ys)


IDENTITY = Projection()


def _rows(p: Projection) -> tuple[tuple[float, float, float], ...]:
    return (p.a, p.b, p.c), (p.d, p.e, p.f), (p.g, p.h, 1.0)


def scaled(factor: float) -> Projection:
    """Everything so many times as far from the upper left corner."""
    return Projection(a=factor, e=factor)


def turned(size: tuple[int, int], quarters: int) -> Projection:
    """From a picture that was turned clockwise by so many quarters back to the one of this size."""
    width, height = size
    return (
        IDENTITY,
        Projection(a=0, b=1, c=0, d=-1, e=0, f=height),
        Projection(a=-1, c=width, e=-1, f=height),
        Projection(a=0, b=-1, c=width, d=1, e=0, f=0),
    )[quarters % 4]


def onto_rectangle(corners: Sequence[Point]) -> tuple[Projection, tuple[int, int]]:
    """From a rectangle to the quadrangle with these corners (clockwise from the upper left), and the rectangle's size.

    The square's projection is Heckbert's ("Fundamentals of Texture Mapping and Image Warping", 1989, section 2.2.3).
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    width = max(1, round((math.dist(corners[0], corners[1]) + math.dist(corners[3], corners[2])) / 2))
    height = max(1, round((math.dist(corners[0], corners[3]) + math.dist(corners[1], corners[2])) / 2))
    dx1, dx2, dy1, dy2 = x1 - x2, x3 - x2, y1 - y2, y3 - y2
    sx, sy = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    whole = dx1 * dy2 - dx2 * dy1 or 1e-12
    g, h = (sx * dy2 - dx2 * sy) / whole, (dx1 * sy - sx * dy1) / whole
    square = Projection(x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h)
    return Projection(a=1 / width, e=1 / height).then(square), (width, height)
