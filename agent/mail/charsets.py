"""Bytes to text, whatever the mail claims about its charset; the result is always clean Unicode without NULs or surrogates."""

import codecs
import re

# Names that mail uses and Python does not know, and names that promise less than what really comes (WHATWG Encoding Standard).
_REAL_NAME = {
    "ascii": "",
    "us-ascii": "",
    "ansi_x3.4-1968": "",
    "default": "",
    "default_charset": "",
    "unknown": "",
    "unknown-8bit": "",
    "x-unknown": "",
    "8bit": "",
    "binary": "",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "unicode": "utf-16",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "ansi": "cp1252",
    "x-ansi": "cp1252",
    "x-cp1252": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ce": "mac-latin2",
    "x-mac-centraleurroman": "mac-latin2",
    "mac-centraleurope": "mac-latin2",
    "x-mac-greek": "mac-greek",
    "x-mac-turkish": "mac-turkish",
    "x-mac-icelandic": "mac-iceland",
    "x-mac-croatian": "mac-croatian",
    "x-mac-romanian": "mac-romanian",
    "cp-437": "cp437",
    "cp-850": "cp850",
    "cp-852": "cp852",
    "gb2312": "gb18030",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "x-windows-949": "cp949",
}
# Python codecs that are no charsets of mail, or take more than linear time.
_REFUSED = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "palmos"})


_JAPANESE = re.compile(rb"\x1b\$[@B]")  # the escape to two-byte characters (RFC 1468); no other text holds it
_ONE_BYTE = ("cp125", "iso8859", "latin", "mac", "koi8", "cp437", "cp85", "cp86")


def decode(data: bytes, charset: str = "") -> str:
    """The text of `data` in the claimed charset; when the claim is missing, unknown or false: UTF-8, else Windows-1252."""
    name = _codec(charset)
    if _JAPANESE.search(data) and not name.startswith("iso2022"):
        name = "iso2022_jp_2"  # seven-bit Japanese under no label, or under that of the report around it
    if name.startswith(_ONE_BYTE) and _is_utf8(data):
        name = "utf-8"  # a wrong label: text in a one-byte charset is practically never valid UTF-8 by chance
    if name:
        try:
            return clean(data.decode(name))
        except (UnicodeError, ValueError):
            if name not in ("utf-8", "cp1252") and not _is_utf8(data):
                return clean(data.decode(name, "replace"))
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    loose = data.decode("utf-8", "replace")
    # A long UTF-8 text with a cut character is still UTF-8; a text without any valid sequence is not.
    if name == "utf-8" and 2 * loose.count("�") <= sum(character > "\x7f" for character in loose):
        return clean(loose)
    return clean(data.decode("cp1252", "replace"))


def encode(text: str, charset: str) -> bytes:
    """The bytes that raw 8-bit text stood for in this charset; UTF-8 where it cannot have been that."""
    try:
        return text.encode(_codec(charset) or "utf-8")
    except (UnicodeError, ValueError):
        return text.encode("utf-8", "replace")


def clean(text: str) -> str:
    """The same text without NULs and lone surrogates, so that it can be stored and sent anywhere."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def _codec(charset: str) -> str:
    """Python's name of this charset, "" when it is none."""
    name = charset.strip(" \t'\"<>;").lower()[:40]
    name = _REAL_NAME.get(name, name)
    if not name:
        return ""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    real = found.name.replace("-", "_")
    if real in _REFUSED or not getattr(found, "_is_text_encoding", True):
        return ""
    return _REAL_NAME.get(found.name, found.name)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not data.isascii()
