"""Charts as PNG bytes, drawn at twice their printed size so that they stay sharp."""

import io

from PIL import Image, ImageDraw, ImageFont

from agent.reports.digest import CurrencyDigest

# From calm to warm: not due, then ever later; told apart by place and figure as well. By day on white, by night on the mail's dark sheet.
_DAY = ("#ffffff", "#333333", ("#4f8a5b", "#d9a521", "#e07b39", "#c8502f", "#8f2d3b"))
_NIGHT = ("#1b2229", "#dfe5ea", ("#6fb07d", "#e3b341", "#f0925a", "#e8704f", "#d4616f"))
# Figures only: the built-in font has no accents, and the table beside the chart says the rest in the reader's language.
_AGES = ("0", "1-30", "31-60", "61-90", "> 90")
_WIDTH, _ROW, _PAD, _LABEL, _FIGURE = 1056, 60, 16, 150, 130


def ageing_chart(figures: CurrencyDigest, *, dark: bool = False) -> bytes:
    """A bar chart of the open balances by days past due; the mail prints the same figures as a table beside it."""
    ground, ink, colours = _NIGHT if dark else _DAY
    height = _ROW * len(figures.buckets) + 2 * _PAD
    image = Image.new("RGB", (_WIDTH, height), ground)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(28)
    largest = max((bucket.amount.amount for bucket in figures.buckets), default=0)
    room = _WIDTH - _LABEL - _FIGURE - 2 * _PAD
    for row, (bucket, age, colour) in enumerate(zip(figures.buckets, _AGES, colours, strict=True)):
        middle = _PAD + row * _ROW + _ROW // 2
        draw.text((_PAD + _LABEL - 24, middle), age, fill=ink, font=font, anchor="rm")
        length = int(room * bucket.amount.amount / largest) if largest else 0
        left = _PAD + _LABEL
        if length:
            draw.rounded_rectangle((left, middle - 18, left + max(length, 8), middle + 18), 6, fill=colour)
        share = f"{bucket.share} %"
        draw.text((left + length + 16, middle), share, fill=ink, font=font, anchor="lm")
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()
