"""A small XML reader by local names, for invoices: no DOCTYPE, no entities, nothing fetched, bounded in depth and size.

Programs that write invoices by hand forget to declare a prefix, name the wrong encoding or leave an ampersand bare. Such a document
is read all the same, and its root says in `repairs` what had to be overlooked.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

MAX_DEPTH = 60
MAX_ELEMENTS = 400_000
_ROOT_WITHIN = 100_000
# Files inside stand in base64, in lines of 76 characters: their text is taken in pieces of this size.
_BUFFER = 65_536
_BARE_AMPERSAND = re.compile(rb"&(?!#?\w{1,10};)")
_UTF_16 = (
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_BLANK = b" \t\r\n\0"


class NotXml(ValueError):
    """The bytes are not XML that this reader accepts; the message says why, `problem` is the code for the sender."""

    problem = "broken"


class HostileXml(NotXml):
    """The document declares a DOCTYPE or entities, or is nested or long beyond any invoice."""

    problem = "hostile"


@dataclass(slots=True)
class Element:
    """An element by its local name, with its attributes (local names too), its own text and its children.

    `repairs`, given for a root alone, says in words what was wrong with the document and overlooked.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)
    path: str = ""
    repairs: tuple[str, ...] = ()

    def all(self, *names: str) -> Iterator[Element]:
        """The children of any of these names, in the order of the document."""
        return (child for child in self.children if child.name in names)

    def first(self, *path: str) -> Element | None:
        """The first element down this path; each step may name alternatives, as in "DueDate|PaymentDueDate"."""
        here: Element | None = self
        for step in path:
            here = next(here.all(*step.split("|")), None) if here is not None else None
        return here

    def each(self, *path: str) -> Iterator[Element]:
        """All elements down this path."""
        if not path:
            yield self
            return
        for child in self.all(*path[0].split("|")):
            yield from child.each(*path[1:])

    def value(self, *path: str) -> str:
        """The trimmed text at this path; empty when there is none."""
        found = self.first(*path)
        return found.text.strip() if found is not None else ""

    def walk(self) -> Iterator[Element]:
        """This element and all below it."""
        stack = [self]
        while stack:
            here = stack.pop()
            yield here
            stack.extend(reversed(here.children))


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        self.texts: list[list[str]] = []
        self.count = 0
        self.declared = {"", "xml"}
        self.undeclared: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) >= MAX_DEPTH:
            raise HostileXml("too many or too deeply nested elements")
        self.declared.update(key[6:] for key in attributes if key.startswith("xmlns:"))
        prefix, _, local = name.rpartition(":")
        if prefix not in self.declared:
            self.undeclared.add(prefix)
        parent = self.open[-1] if self.open else None
        path = f"{parent.path}/{local}" if parent is not None else local
        given = {_local(key): value for key, value in attributes.items() if not key.startswith("xmlns")}
        element = Element(local, given, path=path)
        if parent is not None:
            parent.children.append(element)
        else:
            self.root = element
        self.open.append(element)
        self.texts.append([])

    def end(self, _name: str) -> None:
        self.open.pop().text = "".join(self.texts.pop())

    def data(self, text: str) -> None:
        if self.texts:
            self.texts[-1].append(text)

    def refuse(self, *_rest: object) -> None:
        raise HostileXml("a DOCTYPE or an entity is declared")


@lru_cache(maxsize=1)
def parse(content: bytes) -> Element:
    """The root element, not to be changed: the last one is kept, as the files inside are looked for right after the fields.

    Raises NotXml (HostileXml for a DOCTYPE, entities or unreasonable nesting).
    """
    problem: NotXml | None = None
    for data, code, note in _attempts(*_decoded(content)):
        try:
            return _parse(data, code, note)
        except HostileXml:
            raise
        except NotXml as error:
            problem = problem or error
    raise problem or NotXml("no element")


def _attempts(plain: bytes, encoding: str | None) -> Iterator[tuple[bytes, str | None, str]]:
    """The ways to read it: the bytes, the encoding to be assumed (None: the declared one), and what is overlooked then."""
    codes = [(encoding, "")]
    if encoding is None:
        codes += [(code, "the encoding is not the declared one") for code in ("utf-8", "iso-8859-1")]
    for code, note in codes:
        yield plain, code, note
    escaped = _BARE_AMPERSAND.sub(b"&amp;", plain)
    for code, note in codes:
        yield escaped, code, "; ".join(filter(None, (note, "an ampersand stands bare")))


def _parse(content: bytes, encoding: str | None, note: str) -> Element:
    parser = expat.ParserCreate(encoding)
    builder = _Builder()
    parser.buffer_text, parser.buffer_size = True, _BUFFER
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, NotXml):
            raise
        raise NotXml(str(error)) from None
    if builder.root is None:
        raise NotXml("no element")
    prefixes = ", ".join(sorted(builder.undeclared))
    notes = (note, f"the prefix {prefixes} is not declared" if prefixes else "")
    builder.root.repairs = tuple(filter(None, notes))
    return builder.root


def root_name(content: bytes) -> str:
    """The local name of the first element, read no further than it (comments may fill the first pages); empty when there is none.

    A DOCTYPE names that element too, so that nothing of what it declares need be read to know whose refusal it is.
    """
    if b"<" not in content[:64]:
        return ""
    trimmed, encoding = _decoded(content[:_ROOT_WITHIN])
    for code in dict.fromkeys((encoding, encoding or "iso-8859-1")):
        found = _first_element(trimmed, code)
        if found:
            return found
    return ""


def _first_element(content: bytes, encoding: str | None) -> str:
    parser = expat.ParserCreate(encoding)
    names: list[str] = []
    parser.StartElementHandler = lambda name, _attributes: names.append(_local(name))

    def stop(name: str, *_rest: object) -> None:
        names.append(_local(name))
        raise HostileXml

    parser.StartDoctypeDeclHandler = stop
    try:
        for start in range(0, len(content), 2048):
            parser.Parse(content[start : start + 2048], False)
            if names:
                break
    except (expat.ExpatError, ValueError, LookupError):
        pass
    return names[0] if names else ""


def _decoded(content: bytes) -> tuple[bytes, str | None]:
    """The document as expat wants it: UTF-16 turned into UTF-8, whose declaration must then be overruled, and no blanks around."""
    for mark, name in _UTF_16:
        if content.startswith(mark):
            return content.decode(name, "replace").strip("\ufeff\0 \t\r\n").encode(), "utf-8"
    return content.strip(_BLANK).removeprefix(codecs.BOM_UTF8).lstrip(_BLANK), None


def _local(name: str) -> str:
    return name.rpartition(":")[2]
