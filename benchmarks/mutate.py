"""Damages documents as accident and malice do: in the bytes, in the words of the format, and inside compressed streams.

Every change is drawn from the given source of chance, so that a seed and a number give the same document again.
"""

import random
import re
import zlib

_WORD = re.compile(rb"/?[A-Za-z]+|-?\d+(?:\.\d+)?")
_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?![\w.])")
_TAG = re.compile(rb"<[^<>]{1,400}>")
_LEAF = re.compile(rb"<([\w:]{1,80})[^<>]{0,300}>([^<>]{0,2000})</\1>")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_NUMBERS = (b"0", b"-1", b"1", b"65536", b"2147483647", b"-2147483648", b"4294967296", b"9" * 30, b"1e308", b"0.000001")
_PDF_WORDS = (
    *(
        b"<<",
        b">>",
        b"[",
        b"]",
        b"endobj",
        b"endstream",
        b"stream",
        b"obj",
        b"R",
        b"null",
        b"xref",
        b"trailer",
        b"%%EOF",
    ),
    *(b"/Kids", b"/Parent", b"/Count", b"/Length", b"/Filter", b"/FlateDecode", b"/LZWDecode", b"/ASCII85Decode"),
    *(b"/RunLengthDecode", b"/JBIG2Decode", b"/JPXDecode", b"/CCITTFaxDecode", b"/DCTDecode", b"/Crypt", b"/Encrypt"),
    *(b"/ObjStm", b"/XRef", b"/Prev", b"/XObject", b"/Form", b"/Font", b"/ToUnicode", b"/Type3", b"/Rotate 90"),
    *(b"/MediaBox [0 0 0 0]", b"/MediaBox [-1e9 -1e9 1e9 1e9]", b"/UserUnit 1e9", b"/EmbeddedFiles"),
)
_XML_WORDS = (
    *(
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"-->",
        b"<?x ?>",
        b"&#0;",
        b"&#x1F600;",
        b"&lt;",
        b"\x00",
        b"\xff",
    ),
    *(b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b'<?xml version="1.1" encoding="UTF-7"?>', b' xmlns:x="y"'),
    *(b' currencyID=""', b"NaN", b"1E400", "\u202e".encode()),
)
_VALUES = (
    *(
        b"",
        b" ",
        b"NaN",
        b"-Infinity",
        b"1E400",
        b"1e-400",
        b"-0",
        b"1.234,56",
        b"1,234.56",
        b"--5",
        b"5" * 3000,
        b"a" * 2000,
    ),
    *(
        b"2026-02-30",
        b"0000-00-00",
        b"9999-12-31",
        b"20261301",
        b"2026-02-11T25:00:00+99:00",
        b"31/12/99",
        b"EURO",
        b"XXX",
    ),
    *(
        "\u0661\u0662\u0663".encode(),
        "\u202e12".encode(),
        "\uff11\uff12".encode(),
        b"%PDF-1.7",
        b"====",
        b"JVBERi0xLjc=",
    ),
)
_OPERATORS = (
    *(
        b"q",
        b"Q",
        b"BT",
        b"ET",
        b"Tj",
        b"TJ",
        b"Tf",
        b"Td",
        b"Tm",
        b"cm",
        b"Do",
        b"gs",
        b"BI",
        b"ID",
        b"EI",
        b"'",
        b'"',
    ),
    *(
        b"0 0 0 0 0 0 Tm",
        b"1e30 0 0 1e30 0 0 cm",
        b"-1e9 Tz",
        b"0 Tf",
        b"[(a) -1e12 (b)] TJ",
        b"<FFFE> Tj",
        b"/None Do",
    ),
)


def mutant(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """The document with one to five changes; `other` lends parts of itself."""
    pdf = content.startswith(b"%PDF")
    ways = (*_COMMON, *(_PDF if pdf else _XML))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        content = chance.choice(ways)(content, other, chance) or b"%PDF-"
    return content


def _bytes(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Some bytes changed."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def _bits(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Some bits turned over."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _cut(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Broken off, as an upload is."""
    return content[: chance.randrange(1, len(content) + 1)]


def _drop(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A piece missing."""
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randint(1, 2000) :]


def _double(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A piece repeated, sometimes very often."""
    start = chance.randrange(len(content))
    piece = content[start : start + chance.randint(1, 400)]
    return content[:start] + piece * chance.choice((2, 2, 3, 500)) + content[start:]


def _splice(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """A piece of another document put in."""
    start, place = chance.randrange(len(other)), chance.randrange(len(content))
    return content[:place] + other[start : start + chance.randint(1, 5000)] + content[place:]


def _shift(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Rubbish before the first byte, so that no stored offset is right."""
    return chance.randbytes(chance.randint(1, 900)) + content


def _number(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Numbers turned into other numbers of the document or into extreme ones."""
    found = list(_NUMBER.finditer(content[:400_000]))
    if not found:
        return content
    new = chance.choice((*_NUMBERS, chance.choice(found)[0]))
    return _replaced(content, chance.sample(found, min(len(found), chance.choice((1, 1, 2, 10)))), new)


def _pdf_word(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A word of the format in place of another one."""
    found = list(_WORD.finditer(content[:400_000]))
    return _replaced(content, [chance.choice(found)], chance.choice(_PDF_WORDS)) if found else content


def _pdf_stream(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Operators changed inside a compressed stream, which is packed again."""
    found = list(_STREAM.finditer(content))
    if not found:
        return content
    place = chance.choice(found)
    try:
        plain = zlib.decompressobj().decompress(place[1], 2_000_000)
    except zlib.error:
        return content
    inner = _stirred(plain, chance) if plain else b"BT (x) Tj ET"
    return content[: place.start(1)] + zlib.compress(inner) + content[place.end(1) :]


def _stirred(plain: bytes, chance: random.Random) -> bytes:
    words = list(_WORD.finditer(plain[:200_000]))
    for _ in range(chance.randint(1, 10)):
        way = chance.randrange(4)
        if way == 0:
            plain = _bytes(plain, b"", chance)
        elif way == 1:
            place = chance.randrange(len(plain))
            plain = plain[:place] + b" " + chance.choice(_OPERATORS) + b" " + plain[place:]
        elif way == 2:
            plain = _double(plain, b"", chance)
        else:
            plain = _replaced(plain, chance.sample(words, min(1, len(words))), chance.choice(_NUMBERS))
    return plain


def _xml_word(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A piece of XML, or an odd value, where it does not belong."""
    place = chance.randrange(len(content))
    return content[:place] + chance.choice(_XML_WORDS) + content[place + chance.choice((0, 0, 4, 10)) :]


def _xml_tag(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """A tag taken out, repeated, or replaced by one of another document."""
    found, lent = list(_TAG.finditer(content)), _TAG.findall(other)
    if not found:
        return content
    here = chance.choice(found)
    new = chance.choice((b"", here[0] * 2, here[0] * 70, chance.choice(lent) if lent else b"</x>"))
    return _replaced(content, [here], new)


def _xml_value(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """Another value in an element: an odd one, an extreme number, or one of another document."""
    found, lent = list(_LEAF.finditer(content)), list(_LEAF.finditer(other))
    if not found:
        return content
    here = chance.choice(found)
    value = chance.choice((*_NUMBERS, *_VALUES, chance.choice(lent or found)[2]))
    return content[: here.start(2)] + value + content[here.end(2) :]


def _xml_leaf(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """An element taken out, repeated, or replaced by one of another document."""
    found, lent = list(_LEAF.finditer(content)), list(_LEAF.finditer(other))
    if not found:
        return content
    here = chance.choice(found)
    return _replaced(content, [here], chance.choice((b"", here[0] * 2, here[0] * 300, chance.choice(lent or found)[0])))


def _xml_coded(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    """Written in another encoding than the one it names."""
    return content.decode("utf-8", "replace").encode(
        chance.choice(("utf-16", "utf-16-be", "utf-32", "utf-7", "cp500")), "replace"
    )


def _replaced(content: bytes, places: list[re.Match[bytes]], new: bytes) -> bytes:
    for place in sorted(places, key=lambda match: -match.start()):
        content = content[: place.start()] + new + content[place.end() :]
    return content


_COMMON = (_bytes, _bits, _cut, _drop, _double, _splice, _shift, _number, _number)
_PDF = (_pdf_word, _pdf_word, _pdf_stream, _pdf_stream, _pdf_stream)
_XML = (*(_xml_value,) * 12, *(_xml_leaf,) * 8, *(_xml_tag,) * 2, *(_xml_word,) * 2, _xml_coded)
