"""What no outgoing byte may hold, whoever wrote what: every mail is parsed again with the standard library's means."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import getaddresses
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from agent.demo.cast import AGENCY

OURS = frozenset(
    "date from to cc reply-to subject message-id in-reply-to references auto-submitted x-mailer content-language mime-version"
    " content-type content-transfer-encoding".split()
)
_PARTS = frozenset("content-type content-transfer-encoding content-id content-disposition".split())
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
# what would be there if somebody's words had been run: 1234321 * 7, a file of this machine, Python's own objects
_RUN = re.compile(r"8640247|root:x:0:0|<class '|<module '|jinja2\.|<function |<Undefined|relance\.db\b")
_TAGS = frozenset(
    "html head meta title style body div span p br hr table caption thead tbody tfoot tr th td h1 h2 h3 strong em b i a img bdi ul ol li"
    " small u center".split()
)
_ATTRIBUTES = frozenset(
    "class style id lang dir role scope align valign width height colspan rowspan cellpadding cellspacing border bgcolor alt title href src"
    " name content charset http-equiv aria-hidden aria-label aria-labelledby color xmlns xmlns:o aria-roledescription media type".split()
)
_CSS = re.compile(r"(?i)expression\s*\(|javascript|behaviou?r\s*:|@import|url\s*\((?!['\"]?(?:cid:|#))|-moz-binding")
_META = frozenset(
    {"viewport", "color-scheme", "supported-color-schemes", "x-apple-disable-message-reformatting", "format-detection"}
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d[\d.,:/ -]*")
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def objections(raw: bytes, known: Iterable[str]) -> Iterator[str]:
    """What is unsafe in this outgoing mail."""
    if _BARE.search(raw):
        yield "a lone CR or LF"
    if any(len(line) > 998 for line in raw.split(b"\r\n")):
        yield "a line of more than 998 bytes"
    head = raw.partition(b"\r\n\r\n")[0]
    if not head.isascii() or b"\0" in raw:
        yield "bytes in the header that are not ASCII, or a NUL"
    mail = BytesParser(policy=default).parsebytes(raw)
    yield from _header(mail, {address.lower() for address in known})
    cids = {str(part["Content-ID"]).strip("<> ") for part in mail.walk() if part["Content-ID"]}
    for part in mail.walk():
        if part.defects:
            yield f"a defect: {part.defects}"
        if part is not mail and {name.lower() for name in part.keys()} - _PARTS:  # noqa: SIM118 - a mail's own keys
            yield f"a strange field in a part: {part.keys()}"
        if not part.is_multipart():
            yield from _part(part, cids)


def _header(mail: EmailMessage, known: set[str]) -> Iterator[str]:
    names = [name.lower() for name in mail.keys()]  # noqa: SIM118 - a mail's own keys
    if set(names) - OURS or len(names) != len(set(names)):
        yield f"fields that are not ours, or one twice: {names}"
    reached = {a.lower() for _, a in getaddresses([str(mail[n]) for n in ("to", "cc", "reply-to") if mail[n]])}
    if reached - known:
        yield f"a recipient whom nobody knows: {sorted(reached - known)}"
    if [a for _, a in getaddresses([str(mail["from"])])] != [AGENCY]:
        yield f"another sender than ours: {mail['from']}"
    for name, value in mail.items():
        if _unprintable(str(value)) or _RUN.search(str(value)):
            yield f"{name} holds what no header should: {str(value)!r}"


def _part(part: EmailMessage, cids: set[str]) -> Iterator[str]:
    name, kind = part.get_filename() or "", part.get_content_type()
    if name:
        yield from name_objections(name)
    if kind == "text/html" and not name:
        yield from _html(part.get_content(), cids)
    elif kind == "text/plain" and not name:
        text = part.get_content()
        if _unprintable(text.replace("\n", "").replace("\r", "")):
            yield "invisible or direction characters in the text"
        if _RUN.search(text):
            yield f"somebody's words were run: {_RUN.search(text)}"
    elif name.endswith(".xlsx"):
        yield from workbook_objections(part.get_content())
    elif name.endswith(".csv"):
        yield from csv_objections(part.get_content())


def _unprintable(text: str) -> bool:
    return any(
        unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp")
        or c in "\u200b\u200e\u200f\ufeff"
        or "\u202a" <= c <= "\u202e"
        or "\u2066" <= c <= "\u2069"
        for c in text
    )


def name_objections(name: str) -> Iterator[str]:
    """What is unsafe in the name of a file."""
    if (
        re.search(r'[/\\<>:"|?*\x00-\x1f]', name)
        or _unprintable(name)
        or name.startswith((".", "-", "~"))
        or ".." in name
    ):
        yield f"an unsafe file name: {name!r}"
    if len(name) > 150 or _DEVICE.match(name) or name.endswith((" ", ".")):
        yield f"a file name that some system reads otherwise: {name!r}"


def csv_objections(content: bytes | str) -> Iterator[str]:
    """Cells of a CSV that a spreadsheet would take for a formula; plain figures may bear a sign."""
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    for row in csv.reader(io.StringIO(text), delimiter=";" if text.split("\n", 1)[0].count(";") > 1 else ","):
        for cell in row:
            if cell.lstrip(" \u00a0\u200b").startswith(_FORMULA) and not _NUMBER.fullmatch(cell.strip()):
                yield f"a cell that is a formula: {cell!r}"


def workbook_objections(content: bytes) -> Iterator[str]:
    """Formulas, links, macros or connections in a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            if re.search(r"vbaProject|externalLink|connections|embeddings|ctrlProp", name):
                yield f"the workbook holds {name}"
            text = book.read(name)
            if name.startswith("xl/worksheets/"):
                tree = ET.fromstring(text)
                yield from (
                    f"{name} holds <{t}>" for e in tree.iter() if (t := e.tag.rpartition("}")[2]) in ("f", "hyperlink")
                )
            if b'TargetMode="External"' in text:
                yield f"{name} leads out of the workbook"


def _html(text: str, cids: set[str]) -> Iterator[str]:
    reader = _Reader(cids)
    reader.feed(text)
    reader.close()
    yield from reader.found
    if _RUN.search(text):
        yield f"somebody's words were run: {_RUN.search(text)}"


class _Reader(HTMLParser):
    """Collects what a mail client would act on."""

    def __init__(self, cids: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.cids = cids
        self.style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.style = tag == "style"
        if tag not in _TAGS:
            self.found.append(f"the tag <{tag}>")
        values = {name: value or "" for name, value in attrs}
        for name in values.keys() - _ATTRIBUTES:
            self.found.append(f"the attribute {name}")
        if tag == "meta" and (
            values.get("http-equiv", "content-type").lower() != "content-type"
            or values.get("name", "viewport") not in _META
        ):
            self.found.append(f"a meta tag: {values}")
        if _CSS.search(values.get("style", "")):
            self.found.append(f"active style: {values['style']}")
        self._links(tag, values)

    def _links(self, tag: str, values: dict[str, str]) -> None:
        href, src = values.get("href", ""), values.get("src", "")
        if src and (tag != "img" or src.removeprefix("cid:") not in self.cids):
            self.found.append(f"a picture from elsewhere: {src}")
        if href and not (href.startswith(f"mailto:{AGENCY}?subject=") or (tag == "a" and href == f"mailto:{AGENCY}")):
            self.found.append(f"a link that is not ours: {href}")
        if re.search(r"(?i)&(?:b?cc|to|attach)=", href):
            self.found.append(f"a link with recipients: {href}")

    def handle_data(self, data: str) -> None:
        if self.style and _CSS.search(data):
            self.found.append("active style")
        elif not self.style and _unprintable(data.replace("\n", "").replace("\r", "").replace("\t", "")):
            self.found.append(f"invisible or direction characters: {data!r}")

    def handle_endtag(self, tag: str) -> None:
        self.style = False

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.found.append(f"a declaration: {decl}")
