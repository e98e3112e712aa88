"""Pictures of pages made fit for OCR: the sheet cut out of a photograph, upright, level, and dark on white."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from agent.parsers.invoices.projection import IDENTITY, Point, Projection, onto_rectangle, scaled, turned

# Pixels of the long side of the small copy on which everything is measured.
_SMALL = 900
# A page that lies on something darker than this part of its own brightness was photographed.
_DARKER = 0.72
_STEEPEST = 8.0
_STRIP = 4
_LEANINGS = (-3.0, -1.5, 0.0, 1.5, 3.0)
_WHITE_ENOUGH, _BLACK_ENOUGH = 235, 40
# A shade less frequent than this part of the paper's own belongs to the grain no more.
_GRAIN = 0.25


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture to be read, in grey; `back` leads from its pixels to those of the picture it was made from.

    `quarters` says how often it was turned clockwise.
    """

    picture: Image.Image
    back: Projection
    quarters: int


def prepare(picture: Image.Image, scale: float = 1.0, quarters: int | None = None) -> Prepared:
    """The page in this picture, enlarged `scale` times, level, and turned by so many quarters clockwise.

    Without `quarters` a page whose lines run up or down is laid on its side; which of the two ways is only guessed.
    """
    grey = picture.convert("L")
    factor = max(grey.size) / _SMALL
    small = grey.resize((max(1, round(grey.width / factor)), max(1, round(grey.height / factor))), Image.Resampling.BOX)
    corners = _corners(small)
    way, size = IDENTITY, grey.size
    if corners is not None:
        way, size = onto_rectangle([(x * factor, y * factor) for x, y in corners])
        small = _seen(small, scaled(factor).then(way).then(scaled(1 / factor)), _shrunk(size, factor))
    small = _dark_on_white(small)
    turns = (0 if _lines_are_level(small) else 1) if quarters is None else quarters % 4
    way, size = turned(size, turns).then(way), size if turns % 2 == 0 else size[::-1]
    small = small.rotate(-90 * turns, expand=True)
    angle = skew(small)
    if abs(angle) >= 0.2:
        way = _tilted(size, angle).then(way)
    size = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    way = scaled(1 / scale).then(way)
    return Prepared(_dark_on_white(_drawn(grey, way, size)), way, turns)


def _drawn(grey: Image.Image, way: Projection, size: tuple[int, int]) -> Image.Image:
    if way == IDENTITY and size == grey.size:
        return grey
    if way.is_scaling:
        return grey.resize(size, Image.Resampling.LANCZOS)
    return _seen(grey, way, size)


def _seen(grey: Image.Image, way: Projection, size: tuple[int, int]) -> Image.Image:
    if way.g == way.h == 0:
        return grey.transform(
            size, Image.Transform.AFFINE, way.coefficients[:6], Image.Resampling.BICUBIC, fillcolor=255
        )
    return grey.transform(size, Image.Transform.PERSPECTIVE, way.coefficients, Image.Resampling.BICUBIC, fillcolor=255)


def _shrunk(size: tuple[int, int], factor: float) -> tuple[int, int]:
    return max(1, round(size[0] / factor)), max(1, round(size[1] / factor))


def _tilted(size: tuple[int, int], degrees: float) -> Projection:
    """A rotation about the middle that makes lines level which sink by so many degrees to the right."""
    width, height = size
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = width / 2, height / 2
    return Projection(cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y)


def skew(small: Image.Image) -> float:
    """The degrees by which lines sink to the right: the tilt at which rows of ink and of paper are told apart best."""
    ink = ImageOps.invert(small)
    half = _narrowed(ink.reduce(2) if min(ink.size) >= 2 else ink)
    coarse = max((_sharpness(half, a), a) for a in _steps(0.0, _STEEPEST, 1.0))[1]
    middle = max((_sharpness(half, a), a) for a in _steps(coarse, 0.75, 0.25))[1]
    whole = _narrowed(ink)
    return max((_sharpness(whole, a, Image.Resampling.BILINEAR), a) for a in _steps(middle, 0.2, 0.1))[1]


def _narrowed(ink: Image.Image) -> Image.Image:
    """The ink in strips a few columns wide: a small tilt moves the columns of a strip alike, and fewer points are quicker sheared."""
    return ink.reduce((_STRIP, 1))


def _steps(middle: float, reach: float, step: float) -> list[float]:
    count = round(reach / step)
    return [middle + step * n for n in range(-count, count + 1)]


def _sharpness(strips: Image.Image, degrees: float, how: Image.Resampling = Image.Resampling.NEAREST) -> float:
    """How much the ink of a row differs from that of the next; a small tilt is cheaper as a shear than as a rotation."""
    slope = _STRIP * math.tan(math.radians(degrees))
    shear = (1, 0, 0, slope, 1, -slope * strips.width / 2)
    sheared = strips.transform(strips.size, Image.Transform.AFFINE, shear, how)
    return _contrast(sheared.resize((1, strips.height), Image.Resampling.BOX))


def _contrast(profile: Image.Image) -> float:
    values = profile.tobytes()
    return float(sum((a - b) ** 2 for a, b in pairwise(values)))


def _lines_are_level(small: Image.Image) -> bool:
    ink = ImageOps.invert(small)
    ink = ink.reduce(2) if min(ink.size) >= 2 else ink
    upright = _narrowed(ink.rotate(90, expand=True))
    ink = _narrowed(ink)
    rows = max(_sharpness(ink, a) for a in _LEANINGS) / ink.height
    columns = max(_sharpness(upright, a) for a in _LEANINGS) / upright.height
    return rows >= 0.6 * columns


def _dark_on_white(grey: Image.Image) -> Image.Image:
    """The picture with its paper made white, also where a shadow lies on it, and without the paper's grain."""
    tiny = grey.resize(_shrunk(grey.size, max(grey.size) / 160), Image.Resampling.BOX)
    paper = tiny.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(4))
    if ImageStat.Stat(paper).extrema[0][0] < _WHITE_ENOUGH:
        # 255 − (paper − grey) keeps the strokes of a shadowed part as wide as those in the light.
        lit = paper.resize(grey.size, Image.Resampling.BILINEAR)
        grey = ImageChops.invert(ImageChops.subtract(lit, grey))
    return _without_grain(grey)


def _without_grain(grey: Image.Image) -> Image.Image:
    """The levels stretched so that ink is black, and paper white to the end of its grain."""
    counts = grey.histogram()
    paper = max(range(128, 256), key=counts.__getitem__)
    grain = next((n for n in range(paper, 127, -1) if counts[n] < _GRAIN * counts[paper]), 127)
    white = max(128, paper - 2 * (paper - grain))
    seen, black = 0, 0
    while black < white - 64 and seen < 0.003 * grey.width * grey.height:
        seen += counts[black]
        black += 1
    if white >= _WHITE_ENOUGH and black < _BLACK_ENOUGH:
        return grey
    return grey.point([min(255, max(0, round((value - black) * 255 / (white - black)))) for value in range(256)])


def _corners(small: Image.Image) -> list[Point] | None:
    """The corners of a bright sheet on something dark (upper left, upper right, lower right, lower left), None when there is none."""
    width, height = small.size
    paper = _median(small.crop((width // 4, height // 4, 3 * width // 4, 3 * height // 4)))
    edges = [
        small.crop(box)
        for box in ((0, 0, width, 4), (0, height - 4, width, height), (0, 0, 4, height), (width - 4, 0, width, height))
    ]
    under = sorted(_median(edge) for edge in edges)[1]
    if under > _DARKER * paper:
        return None
    calm = small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.MedianFilter(5))
    bright = calm.point([255 if value > (under + paper) / 2 else 0 for value in range(256)])
    points = _edge_points(bright)
    if len(points) < 50:
        return None
    found = [
        min(points, key=lambda p: p[0] + p[1]),
        max(points, key=lambda p: p[0] - p[1]),
        max(points, key=lambda p: p[0] + p[1]),
        min(points, key=lambda p: p[0] - p[1]),
    ]
    area = _area(found)
    filled = ImageStat.Stat(bright).sum[0] / 255
    return found if area >= 0.3 * width * height and 0.9 <= filled / area <= 1.1 else None


def _edge_points(bright: Image.Image) -> list[Point]:
    """The first and the last bright pixel of each row."""
    width, height = bright.size
    data = bright.tobytes()
    points: list[Point] = []
    for y in range(height):
        row = data[y * width : (y + 1) * width]
        first = row.find(b"\xff")
        if first >= 0:
            points += [(float(first), float(y)), (float(row.rfind(b"\xff") + 1), float(y))]
    return points


def _area(corners: Sequence[Point]) -> float:
    around = zip(corners, (*corners[1:], corners[0]), strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in around)) / 2


def _median(grey: Image.Image) -> float:
    return float(ImageStat.Stat(grey).median[0])
