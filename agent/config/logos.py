"""The creditor's logo: his file, tried, and made the picture that mails and letters carry."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from agent.domain.parties import Logo

_LARGEST_FILE = 2_000_000
_LONGEST_SIDE = 4_000
_SMALLEST_SIDE = 16
# Three pixels a point of 220 by 48: as large as a mail shows it, sharp on a phone and on paper.
_ROOM = (660, 144)
_HEAVY = 60_000
_WHITE = (255, 255, 255, 255)


def logo_of(path: Path, label: str) -> tuple[Logo | None, list[str]]:
    """The logo in this file, or None and why it is none. `label` begins the sentence.

    The picture is drawn anew as a PNG on white, so that it stands out in dark mode too and brings nothing along that the file hides.
    """
    try:
        if not path.is_file() and path.exists():
            return None, [f"{label}: {path.name} is not a file"]  # a pipe would be waited for without end
        content = path.read_bytes() if path.stat().st_size <= _LARGEST_FILE else None
    except OSError as error:
        return None, [f"{label}: {path.name} cannot be read: {error.strerror}"]
    if content is None:
        return None, [f"{label}: {path.name} has more than {_LARGEST_FILE // 1_000_000} MB; a logo is smaller"]
    try:
        return _drawn(content), []
    except _NoLogoError as reason:
        return None, [f"{label}: {path.name} {reason}"]


class _NoLogoError(Exception):
    """Why a file shows no logo, in words that follow its name."""


def _drawn(content: bytes) -> Logo:
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
            _weigh(opened.size)
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except UnidentifiedImageError:
        raise _NoLogoError("is not a PNG or JPEG picture") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise _NoLogoError("is a damaged picture") from None
    ground = Image.new("RGBA", picture.size, _WHITE)
    flat = Image.alpha_composite(ground, picture).convert("RGB")
    flat.thumbnail(_ROOM, Image.Resampling.LANCZOS)
    return Logo(_png(flat), flat.width, flat.height)


def _weigh(size: tuple[int, int]) -> None:
    """Refuse, before it is unpacked, what is no logo by its size in pixels."""
    shown = f"is {size[0]} by {size[1]} pixels large"
    if max(size) > _LONGEST_SIDE:
        raise _NoLogoError(f"{shown}; at most {_LONGEST_SIDE} a side")
    if min(size) < _SMALLEST_SIDE:
        raise _NoLogoError(f"{shown}; at least {_SMALLEST_SIDE} a side")


def _png(picture: Image.Image) -> bytes:
    """The bytes of this picture; one of many colours, such as a photograph, gets fewer, since each mail carries it."""
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    if target.tell() > _HEAVY:
        target = io.BytesIO()
        picture.quantize(64).save(target, "PNG", optimize=True)
    return target.getvalue()
