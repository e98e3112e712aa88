"""A joiner's mark, drawn: the logo of the sample letters and of the example's creditor."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw

from agent.domain.parties import Logo

_SIZE, _TIMES = (420, 132), 4
_GREEN, _WOOD = "#2d6a4f", "#c98a3c"


@lru_cache(maxsize=1)
def sample_logo() -> Logo:
    """Three boards joined by dovetails, drawn large and made smaller so that its edges are smooth."""
    picture = Image.new("RGB", (_SIZE[0] * _TIMES, _SIZE[1] * _TIMES), "#ffffff")
    pen = ImageDraw.Draw(picture)
    for n, colour in enumerate((_GREEN, _WOOD, _GREEN)):
        left = 8 + n * 134
        pen.polygon(_scaled((left, 20), (left + 122, 20), (left + 122, 112), (left, 112)), fill=colour)
    for n, colour in enumerate((_GREEN, _WOOD)):
        seam = 8 + n * 134 + 122
        for top in (32, 78):
            tail = _scaled((seam - 1, top + 4), (seam + 36, top - 4), (seam + 36, top + 30), (seam - 1, top + 22))
            pen.polygon(tail, fill="#ffffff")
            tail = _scaled((seam - 1, top + 7), (seam + 31, top), (seam + 31, top + 26), (seam - 1, top + 19))
            pen.polygon(tail, fill=colour)
    target = io.BytesIO()
    picture.resize(_SIZE, Image.Resampling.LANCZOS).quantize(32).save(target, "PNG", optimize=True)
    return Logo(target.getvalue(), *_SIZE)


def _scaled(*points: tuple[int, int]) -> list[tuple[int, int]]:
    return [(x * _TIMES, y * _TIMES) for x, y in points]
