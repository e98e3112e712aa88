"""Charts as PNG bytes, drawn at twice their printed size so that they stay sharp."""

import io

from PIL import Image, ImageDraw, ImageFont

from agent.reports import formats
from agent.reports.digest import CurrencyDigest
from agent.reports.words import word

# From calm to warm: not due, then ever later. Readable on white and on dark, and told apart by place and figure as well.
_COLOURS = ("#4f8a5b", "#d9a521", "#e07b39", "#c8502f", "#8f2d3b")
_WIDTH, _ROW, _PAD, _LABEL, _FIGURE = 1072, 64, 24, 300, 260


def ageing_chart(figures: CurrencyDigest, language: str) -> bytes:
    """A bar chart of the open balances by age; the mail prints the same figures as a table beside it."""
    height = _ROW * len(figures.buckets) + 2 * _PAD
    image = Image.new("RGB", (_WIDTH, height), "#ffffff")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(28)
    largest = max((bucket.amount.amount for bucket in figures.buckets), default=0)
    room = _WIDTH - _LABEL - _FIGURE - 2 * _PAD
    for row, (bucket, colour) in enumerate(zip(figures.buckets, _COLOURS, strict=True)):
        middle = _PAD + row * _ROW + _ROW // 2
        draw.text((_PAD, middle), word(bucket.code, language), fill="#333333", font=font, anchor="lm")
        length = int(room * bucket.amount.amount / largest) if largest else 0
        left = _PAD + _LABEL
        if length:
            draw.rounded_rectangle((left, middle - 18, left + max(length, 8), middle + 18), 6, fill=colour)
        amount = formats.money(bucket.amount, language).replace("\u202f", "\u00a0").replace("−", "-")
        draw.text((left + max(length, 0) + 16, middle), amount, fill="#333333", font=font, anchor="lm")
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()
