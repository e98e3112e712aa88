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


def stream(content: bytes, unit: str, names: frozenset[str]) -> Iterator[tuple[Element, ...] | Unreadable]:
    """The path from the root to each closed element of these names, one at a time; names are local, without their namespace.

    Elements named `unit` are emptied after they were given, so that a document of any length needs the memory of one unit. The
    last value is an Unreadable when the document breaks off.
    """
    clean = _without_doctype(content)
    if isinstance(clean, Unreadable):
        yield clean
        return
    path: list[Element] = []
    try:
        for event, element in ET.iterparse(io.BytesIO(clean), events=("start", "end")):  # noqa: S314 - no DOCTYPE is left
            if event == "start":
                element.tag = element.tag.rpartition("}")[2]
                path.append(element)
                continue
            if element.tag in names:
                yield tuple(path)
                if element.tag == unit and len(path) > 1:
                    path[-2].remove(element)
            path.pop()
    except (ET.ParseError, ValueError, LookupError) as error:
        yield Unreadable("broken", str(error))


def children(element: Element, *names: str) -> Iterator[Element]:
    """All elements reached by walking down these names, in document order."""
    if len(names) == 1:
        yield from element.iterfind(names[0])
        return
    for child_ in element.iterfind(names[0]):
        yield from children(child_, *names[1:])


def child(element: Element | None, *names: str) -> Element | None:
    """The element reached by walking down these names, the first of each."""
    for name in names:
        if element is None:
            return None
        element = element.find(name)
    return element


def text(element: Element | None, *names: str) -> str:
    """The text of the first element reached by these names, white space joined; "" when there is none."""
    found = child(element, *names)
    return "" if found is None or not found.text else " ".join(found.text.split())


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
