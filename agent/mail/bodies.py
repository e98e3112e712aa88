"""Which parts of a mail are its text, which its files (the rules of RFC 8621 §4.1.4), and the text itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.mail.charsets import decode
from agent.mail.mime import Entity
from agent.mail.visible import visible_text

MAX_FLOWED = 50_000  # lines that are joined; nobody writes more, and the rest stays as it came
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# Plain parts that only say: look at the other part.
_LOOK_AT_HTML = re.compile(
    r"(?:your|this) (?:e-?mail|mail|email) (?:client|program|reader|software|application|message)?.{0,40}"
    r"(?:does not|doesn't|cannot|can't|requires?|is) .{0,30}html|(?:to|please) view this (?:e-?mail|message).{0,80}(?:html|browser)"
    r"|(?:pour|afin de) (?:lire|visualiser|afficher) (?:ce|cet) .{0,80}html|votre (?:logiciel|messagerie|client).{0,60}html"
    r"|uw (?:e-?mail|mail).{0,60}(?:geen|niet).{0,20}html|ihr (?:e-?mail|mail).{0,60}html|(?:diese|dieser) (?:e-?mail|nachricht).{0,60}html",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Bodies:
    """The parts that are the text (plain where there is a choice), those that are the HTML, and the files."""

    text: list[Entity] = field(default_factory=list)
    html: list[Entity] = field(default_factory=list)
    files: list[Entity] = field(default_factory=list)


def sort_parts(root: Entity) -> Bodies:
    """Text, HTML and files of a mail."""
    bodies = Bodies()
    _sort([root], "mixed", (bodies.text, bodies.html), bodies)
    if not bodies.text and not bodies.html:
        _adopt_odd_text(bodies)
    return bodies


def _sort(
    parts: Sequence[Entity],
    multipart: str,
    into: tuple[list[Entity] | None, list[Entity] | None],
    bodies: Bodies,
    *,
    in_alternative: bool = False,
) -> None:
    text, html = into
    had_text, had_html = len(bodies.text), len(bodies.html)
    for number, part in enumerate(parts):
        if part.parts:
            kind = part.media_type.partition("/")[2]
            _sort(part.parts, kind, (text, html), bodies, in_alternative=in_alternative or kind == "alternative")
        elif not _is_text(part, number, multipart):
            bodies.files.append(part)
        elif multipart == "alternative":
            (bodies.html if part.media_type == "text/html" else bodies.text).append(part)
        else:
            if in_alternative:
                text, html = (text, None) if part.media_type != "text/html" else (None, html)
            if text is not None:
                text.append(part)
            if html is not None and part.media_type == "text/html":
                html.append(part)
    if multipart == "alternative" and len(bodies.text) == had_text:
        bodies.text.extend(bodies.html[had_html:])


def _is_text(part: Entity, number: int, multipart: str) -> bool:
    """Whether the part belongs to what is read; an unnamed multipart without parts is a text whose boundary got lost."""
    if part.disposition == "attachment":
        return False
    if part.media_type.startswith("multipart/"):
        return True
    if part.media_type not in ("text/plain", "text/html"):
        return False
    if number == 0:
        return not part.filename or part.disposition == "inline" or multipart != "mixed"
    return multipart != "related" and not part.filename


def _adopt_odd_text(bodies: Bodies) -> None:
    """A mail without plain or HTML part may still speak: text/enriched, text/x-amp-html, a lone named text."""
    for part in bodies.files:
        if part.media_type.startswith("text/") and part.media_type not in (
            "text/calendar",
            "text/rfc822-headers",
            "text/csv",
        ):
            if part.disposition != "attachment" and not part.filename:
                bodies.text.append(part)  # and it stays a file: the type is not one of ours
            return


def body_text(part: Entity) -> str:
    """The decoded text of one part, line ends as LF, flowed paragraphs joined (RFC 3676)."""
    content = part.content()
    charset = part.parameters.get("charset", "")
    if part.media_type == "text/html" and not charset and (meta := _META_CHARSET.search(content[:4_000])):
        charset = meta[1].decode("ascii")
    text = decode(content, charset).replace("\r\n", "\n").replace("\r", "\n")
    if part.parameters.get("format", "").lower() == "flowed":
        return unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return text


def unflow(text: str, *, delsp: bool = False) -> str:
    """The text with its soft line breaks undone (RFC 3676 §4.2); the signature separator `-- ` is never one."""
    paragraphs: list[list[str]] = []
    soft_depth = -1
    lines = text.split("\n", MAX_FLOWED)
    rest = lines[MAX_FLOWED:]
    for line in lines[:MAX_FLOWED]:
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        separator = content.rstrip() == "--"
        if soft_depth != depth or separator:
            paragraphs.append([line[:depth] + " " if depth else ""])
        soft = content.endswith(" ") and not separator and bool(content.strip())
        paragraphs[-1].append(content[:-1] if soft and delsp else content)
        soft_depth = depth if soft else -1
    joined = ("".join(pieces) for pieces in paragraphs)
    return "\n".join([*(line if line == "-- " else line.rstrip() for line in joined), *rest])


def readable(bodies: Bodies) -> tuple[str, str]:
    """The text and the HTML of a mail. Where the plain part is empty or only points to the HTML part, the text is what the HTML shows."""
    html = "\n".join(body_text(part) for part in bodies.html)
    pieces = [
        visible_text(body_text(part)) if part.media_type == "text/html" else body_text(part) for part in bodies.text
    ]
    text = "\n".join(piece.rstrip("\n") for piece in pieces if piece.strip())
    if html and all(part.media_type != "text/html" for part in bodies.text):
        short = " ".join(text.split())
        if not short or (len(short) < 400 and _LOOK_AT_HTML.search(short)):
            text = visible_text(html) or text
    return text, html
