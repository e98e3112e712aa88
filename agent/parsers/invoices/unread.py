"""What OCR passed over: ink on a page that no sure word covers, to be read once more by itself.

A page reader that takes two columns for one, or a heading for a picture, loses whole blocks that it reads well when they stand alone.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw, ImageFilter

from agent.parsers.api import Box

OcrWord = tuple[str, float, Box]

_SURE = 0.6
# Pixels of a line's usual height in the small copy on which ink is looked for.
_LINE = 10.0
_INK = re.compile(rb"\x00+")
# In heights of a line: what is lower is a rule or a speck, what is higher a frame or a picture.
_LOWEST, _HIGHEST, _NARROWEST = 0.5, 8.0, 1.0
_MOST = 60
# OCR wants some paper around what it reads.
_EDGE = 20


def unread(picture: Image.Image, words: Sequence[OcrWord]) -> tuple[Image.Image, int, int] | None:
    """A part of the picture with nothing on it but what may be words that were not read surely, and where it begins.

    None when there is nothing.
    """
    heights = [box[3] - box[1] for text, sure, box in words if sure >= _SURE and len(text) > 1]
    if len(heights) < 5:
        return None
    factor = max(statistics.median(heights) / _LINE, 1.0)
    small = picture.resize(
        (max(1, round(picture.width / factor)), max(1, round(picture.height / factor))), Image.Resampling.BOX
    ).point([0 if value < 150 else 255 for value in range(256)])
    pen = ImageDraw.Draw(small)
    for text, sure, box in words:
        if sure >= _SURE or not text.strip():
            pen.rectangle(
                [round(edge / factor) + side for edge, side in zip(box, (-2, -2, 2, 2), strict=True)], fill=255
            )
    regions = [
        region
        for region in _regions(small.filter(ImageFilter.MinFilter(5)))
        if _LOWEST * _LINE <= region[3] - region[1] - 4 <= _HIGHEST * _LINE
        and region[2] - region[0] - 4 >= _NARROWEST * _LINE
    ]
    return _only(picture, regions[:_MOST], factor) if regions else None


def _only(
    picture: Image.Image, regions: Sequence[tuple[int, int, int, int]], factor: float
) -> tuple[Image.Image, int, int]:
    boxes = [
        (
            max(0, round((left - 3) * factor)),
            max(0, round((top - 3) * factor)),
            min(picture.width, round((right + 3) * factor)),
            min(picture.height, round((bottom + 3) * factor)),
        )
        for left, top, right, bottom in regions
    ]
    x, y = max(0, min(box[0] for box in boxes) - _EDGE), max(0, min(box[1] for box in boxes) - _EDGE)
    size = (max(box[2] for box in boxes) + _EDGE - x, max(box[3] for box in boxes) + _EDGE - y)
    rest = Image.new("L", size, 255)
    for box in boxes:
        rest.paste(picture.crop(box), (box[0] - x, box[1] - y))
    return rest, x, y


def _regions(small: Image.Image) -> list[tuple[int, int, int, int]]:
    """The boxes around patches of ink that hang together."""
    boxes: list[list[int]] = []
    above: list[tuple[int, int, int]] = []
    for y, runs in enumerate(_runs(small)):
        here: list[tuple[int, int, int]] = []
        for start, end in runs:
            touching = {_root(boxes, patch) for first, last, patch in above if first < end and start < last}
            patch = min(touching, default=len(boxes))
            if patch == len(boxes):
                boxes.append([start, y, end, y + 1, patch])
            for other in touching - {patch}:
                boxes[other][4] = patch
            for other in (*touching, patch):
                box, into = boxes[other], boxes[patch]
                into[0], into[1] = min(into[0], box[0], start), min(into[1], box[1])
                into[2], into[3] = max(into[2], box[2], end), max(into[3], box[3], y + 1)
            here.append((start, end, patch))
        above = here
    return [(b[0], b[1], b[2], b[3]) for number, b in enumerate(boxes) if b[4] == number]


def _root(boxes: Sequence[Sequence[int]], patch: int) -> int:
    while boxes[patch][4] != patch:
        patch = boxes[patch][4]
    return patch


def _runs(small: Image.Image) -> Iterator[list[tuple[int, int]]]:
    data, width = small.tobytes(), small.width
    for start in range(0, len(data), width):
        yield [match.span() for match in _INK.finditer(data[start : start + width])]


def together(first: Sequence[OcrWord], second: Sequence[OcrWord]) -> list[OcrWord]:
    """The words of both readings; where two lie on each other, the surer stays."""
    kept = list(first)
    for word in second:
        rivals = [other for other in kept if _shared(word[2], other[2]) > 0.3]
        if all(other[1] < min(word[1], _SURE) for other in rivals):
            kept = [other for other in kept if other not in rivals]
            kept.append(word)
    return kept


def _shared(one: Box, other: Box) -> float:
    """Which part of the smaller box the two have in common."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / max(min(_area(one), _area(other)), 1.0)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
