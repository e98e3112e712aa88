"""XML by local names, for documents of strangers: a DOCTYPE is refused, so no entity is ever expanded or fetched."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from agent.domain.findings import Unreadable

Element = ET.Element

_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def parse(content: bytes) -> Element | Unreadable:
    """The root element, or why there is none: `hostile` for a DOCTYPE or entity, `broken` for anything not well-formed."""
    clean = _without_doctype(content)
    if isinstance(clean, Unreadable):
        return clean
    try:
        return ET.fromstring(clean)  # noqa: S314 - no DOCTYPE is left, so there is no entity to expand
    except (ET.ParseError, ValueError, LookupError) as error:
        return Unreadable("broken", str(error))


def stream(content: bytes, unit: str, names: frozenset[str]) -> Iterator[tuple[Element, ...] | Unreadable]:
    """The path from the root to each closed element of these local names, one at a time.

    Elements named `unit` are emptied after they were given, so that a document of any length needs the memory of one unit. The
    last value is an Unreadable when the document breaks off.
    """
    clean = _without_doctype(content)
    if isinstance(clean, Unreadable):
        yield clean
        return
    path: list[Element] = []
    try:
        for event, element in ET.iterparse(io.BytesIO(clean), events=("start", "end")):  # noqa: S314 - see parse
            if event == "start":
                path.append(element)
                continue
            if local(element) in names:
                yield tuple(path)
                if local(element) == unit and len(path) > 1:
                    path[-2].remove(element)
            path.pop()
    except (ET.ParseError, ValueError, LookupError) as error:
        yield Unreadable("broken", str(error))


def children(element: Element, *names: str) -> Iterator[Element]:
    """The elements reached by walking down these local names, in document order."""
    if not names:
        yield element
        return
    for child in element:
        if local(child) == names[0]:
            yield from children(child, *names[1:])


def child(element: Element | None, *names: str) -> Element | None:
    """The first element reached by walking down these local names."""
    return None if element is None else next(children(element, *names), None)


def text(element: Element | None, *names: str) -> str:
    """The text of the first element reached by these names, white space joined; "" when there is none."""
    found = child(element, *names)
    return "" if found is None else " ".join((found.text or "").split())


def _without_doctype(content: bytes) -> bytes | Unreadable:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            content = content.decode(encoding, "replace").encode("utf-8")
            content = re.sub(rb"^(\s*<\?xml[^>]{0,200}?)\sencoding=(\"[^\"]*\"|'[^']*')", rb"\1", content)
            break
    content = content.lstrip()
    if b"\x00" in content[:200]:
        return Unreadable("broken", "UTF-16 without a byte order mark")
    if _DECLARATION.search(content):
        return Unreadable("hostile", "the document declares a DOCTYPE or an entity")
    return content
