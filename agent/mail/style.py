"""What inline styles and style sheets of HTML mail say about visibility: hidden text is not what the writer said."""

import colorsys
import re
from dataclasses import dataclass, replace

Colour = tuple[int, int, int]
MAX_RULES = 3_000  # of a style sheet
WHITE: Colour = (255, 255, 255)
_NAMED: dict[str, Colour] = {
    "white": WHITE,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "yellow": (255, 255, 0),
}
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})(?:[0-9a-f]{1,2})?\b")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]{1,60})\)")
# Shapes that leave nothing to be seen
_CUT_AWAY = re.compile(
    r"rect\((?:\s*[01](?:px)?\s*,?){4}\)|inset\((?:50|100)%\s*\)|circle\(0\w{0,2}|scale[xy]?\(\s*0?\.?0+\s*[,)]"
)
_LENGTH = re.compile(r"(-?\d{0,6}\.?\d{1,6})\s*(px|pt|em|rem|%|in|cm)?")


@dataclass(frozen=True, slots=True)
class Paint:
    """How text is painted at a place. `background` is None when a picture lies behind and the colour is unknown."""

    colour: Colour | None = None
    background: Colour | None = WHITE
    hidden: bool = False

    @property
    def invisible(self) -> bool:
        """Whether nobody sees text painted like this."""
        return self.hidden or (
            self.colour is not None and self.background is not None and _close(self.colour, self.background)
        )


def painted(paint: Paint, attributes: dict[str, str | None], sheet: dict[str, dict[str, str]], tag: str) -> Paint:
    """The paint inside an element with these attributes, under this style sheet."""
    if not attributes and not sheet:
        return paint
    style: dict[str, str] = {}
    if sheet:
        for selector in _selectors(attributes, tag):
            style.update(sheet.get(selector, {}))
    style.update(declarations(attributes.get("style") or ""))
    colour = attributes.get("color") if tag == "font" else None
    if colour:
        style.setdefault("color", colour)
    if background := attributes.get("bgcolor"):
        style.setdefault("background-color", background)
    if attributes.get("background"):
        style.setdefault("background", "url()")
    if "hidden" in attributes:
        style.setdefault("display", "none")
    return _apply(paint, style) if style else paint


def _selectors(attributes: dict[str, str | None], tag: str) -> list[str]:
    names = [tag]
    for name in (attributes.get("class") or "").split()[:20]:
        names += [f".{name}", f"{tag}.{name}"]
    if identifier := attributes.get("id"):
        names += [f"#{identifier}", f"{tag}#{identifier}"]
    return names


def _apply(paint: Paint, style: dict[str, str]) -> Paint:
    background = paint.background
    for name in ("background", "background-color"):
        if value := style.get(name):
            if "url(" in value or "gradient" in value:
                background = None
            elif given := _colour(value):
                background = given
    colour = _colour(style.get("color", "")) or paint.colour
    hidden = paint.hidden or _hides(style)
    return replace(paint, colour=colour, background=background, hidden=hidden)


def _hides(style: dict[str, str]) -> bool:
    def says(name: str, *values: str) -> bool:
        return style.get(name, "").startswith(values)

    clipped = says("overflow", "hidden") and (_zero(style, "height") or _zero(style, "width"))
    outside = _length(style, "text-indent") <= -500 or (
        says("position", "absolute", "fixed") and min(_length(style, "left"), _length(style, "top")) <= -500
    )
    shape = f"{style.get('clip', '')} {style.get('clip-path', '')} {style.get('transform', '')}"
    return (
        says("display", "none")
        or bool(_CUT_AWAY.search(shape))
        or says("visibility", "hidden", "collapse")
        or says("mso-hide", "all")
        or _transparent(style.get("color", "").strip())
        or _zero(style, "opacity")
        or ("font-size" in style and abs(_length(style, "font-size", 9)) <= 1 and "em" not in style["font-size"])
        or _zero(style, "font-size")
        or (_zero(style, "max-height") and not says("mso-hide", "none"))
        or clipped
        or outside
    )


def _zero(style: dict[str, str], name: str) -> bool:
    return name in style and _length(style, name, 1) == 0


def _length(style: dict[str, str], name: str, default: float = 0) -> float:
    found = _LENGTH.match(style.get(name, ""))
    return float(found[1]) if found else default


def declarations(style: str) -> dict[str, str]:
    """The declarations of a style attribute or rule: property → value, in lower case without !important."""
    found: dict[str, str] = {}
    for item in style[:4_000].lower().split(";"):
        name, colon, value = item.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def style_sheet(css: str) -> dict[str, dict[str, str]]:
    """The rules that matter here (visibility, colours), by plain selector (tag, .class, #id, tag.class).

    Rules inside @media and the like hold on some screens only and are left out.
    """
    sheet: dict[str, dict[str, str]] = {}
    for rule in _without_at_blocks(css[:200_000]).split("}")[:MAX_RULES]:
        selectors, brace, body = rule.rpartition("{")
        found = declarations(body) if brace else {}
        if not any(
            name in found
            for name in ("display", "visibility", "color", "font-size", "opacity", "max-height", "mso-hide")
        ):
            continue
        for selector in selectors.split(","):
            name = selector.strip().lstrip("<!- \n\t")
            if re.fullmatch(r"[A-Za-z0-9]{0,20}[.#]?[\w-]{1,80}", name):
                sheet.setdefault(name, {}).update(found)
    return sheet


def _without_at_blocks(css: str) -> str:
    """The style sheet without the blocks of @media, @font-face and their like."""
    kept: list[str] = []
    depth = skipping = 0
    for piece in re.split(r"([{}])", css):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(0, depth - 1)
            if skipping and depth < skipping:
                skipping = 0
                continue
        elif not skipping and "@" in piece:
            kept.append(piece.split("@")[0])
            skipping = depth + 1
            continue
        if not skipping:
            kept.append(piece)
    return "".join(kept)


def _colour(value: str) -> Colour | None:
    value = value.strip().lower()[:200]
    if found := _HEX.search(value):
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := _FUNCTION.search(value):
        return _of_function(found[1], found[2])
    return next((_NAMED[word] for word in value.split() if word in _NAMED), None)


def _of_function(name: str, arguments: str) -> Colour | None:
    """The colour of rgb(…) or hsl(…), with commas or spaces (CSS Color 4 §5.1, §7); the share of transparency is left out."""
    numbers = [found for found in (_LENGTH.match(word) for word in re.split(r"[\s,/]+", arguments.strip())) if found]
    if len(numbers) < 3:
        return None
    first, second, third = (float(found[1]) for found in numbers[:3])
    if name == "rgb":
        scale = 2.55 if numbers[0][2] == "%" else 1.0
        return round(first * scale), round(second * scale), round(third * scale)
    red, green, blue = colorsys.hls_to_rgb(first / 360 % 1, third / 100, second / 100)
    return round(red * 255), round(green * 255), round(blue * 255)


def _transparent(value: str) -> bool:
    """Whether a colour lets everything through."""
    found = _FUNCTION.search(value)
    alpha = re.split(r"[\s,/]+", found[2].strip())[3:4] if found else []
    shade = _LENGTH.match(alpha[0]) if alpha else None
    clear = shade is not None and float(shade[1]) <= 0.02
    return value == "transparent" or clear or bool(re.fullmatch(r"#(?:[0-9a-f]{6}0[0-5]|[0-9a-f]{3}0)", value))


def _close(one: Colour, other: Colour) -> bool:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) <= 24
