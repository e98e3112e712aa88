"""A small XML reader by local names, for invoices: no DOCTYPE, no entities, nothing fetched, bounded in depth and size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_DEPTH = 60
MAX_ELEMENTS = 400_000
_ROOT_WITHIN = 100_000


class NotXml(ValueError):
    """The bytes are not XML that this reader accepts; the message says why."""


class HostileXml(NotXml):
    """The document declares a DOCTYPE or entities, or is nested or long beyond any invoice."""


@dataclass(slots=True)
class Element:
    """An element by its local name, with its attributes (local names too), its own text and its children."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)
    path: str = ""

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

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) >= MAX_DEPTH:
            raise HostileXml("too many or too deeply nested elements")
        local = _local(name)
        parent = self.open[-1] if self.open else None
        path = f"{parent.path}/{local}" if parent is not None else local
        element = Element(local, {_local(key): value for key, value in attributes.items()}, path=path)
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


def parse(content: bytes) -> Element:
    """The root element. Raises NotXml (HostileXml for a DOCTYPE, entities or unreasonable nesting)."""
    parser = expat.ParserCreate(namespace_separator=" ")
    builder = _Builder()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(content.strip(b"\0 \t\r\n"), True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, NotXml):
            raise
        raise NotXml(str(error)) from None
    if builder.root is None:
        raise NotXml("no element")
    return builder.root


def root_name(content: bytes) -> str:
    """The local name of the first element, read no further than it (comments may fill the first pages); empty when there is none."""
    if b"<" not in content[:64]:
        return ""
    parser = expat.ParserCreate(namespace_separator=" ")
    names: list[str] = []
    parser.StartElementHandler = lambda name, _attributes: names.append(_local(name))
    trimmed = content[:_ROOT_WITHIN].lstrip()
    try:
        for start in range(0, len(trimmed), 2048):
            parser.Parse(trimmed[start : start + 2048], False)
            if names:
                break
    except (expat.ExpatError, ValueError, LookupError):
        pass
    return names[0] if names else ""


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
