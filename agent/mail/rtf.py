"""The RTF bodies of Outlook: decompressed (MS-OXRTFCP), and the HTML or plain text within taken out (MS-OXRTFEX)."""

import re
import struct

from agent.mail.charsets import clean, decode

MAX_RTF = 20_000_000
_PRELOADED = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans Serif"
    b"SymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
# Groups whose content is no text of the mail
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata listtable generator xmlnstbl mhtmltag".split()
)
_CHARACTERS = {
    b"par": "\n",
    b"line": "\n",
    b"tab": "\t",
    b"lquote": "'",
    b"rquote": "'",
    b"ldblquote": '"',
    b"rdblquote": '"',
    b"endash": "-",
    b"emdash": "-",
}


def decompress(data: bytes) -> bytes:
    """The RTF of PidTagRtfCompressed; b"" when it is none."""
    if len(data) < 16:
        return b""
    _, raw_size, magic = struct.unpack_from("<III", data)
    if magic == 0x414C454D:  # "MELA": stored as it is
        return data[16 : 16 + raw_size]
    if magic != 0x75465A4C or raw_size > MAX_RTF:  # "LZFu"
        return b""
    return _unpack(data, raw_size)


def _unpack(data: bytes, raw_size: int) -> bytes:
    window = bytearray(4096)
    window[: len(_PRELOADED)] = _PRELOADED
    write = len(_PRELOADED)
    out = bytearray()
    at = 16
    while at < len(data) and len(out) < raw_size:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                run = data[at : at + 1]
                at += 1
                out += run
                window[write] = run[0]
                write = (write + 1) % 4096
                continue
            reference = int.from_bytes(data[at : at + 2], "big")
            at += 2
            offset, length = reference >> 4, (reference & 0xF) + 2
            if offset == write:
                return bytes(out)
            for step in range(length):
                byte = window[(offset + step) % 4096]
                out.append(byte)
                window[write] = byte
                write = (write + 1) % 4096
    return bytes(out[:raw_size])


def rtf_bodies(compressed: bytes) -> tuple[str, str]:
    """The plain text and the HTML in a compressed RTF body; either may be empty."""
    rtf = decompress(compressed)
    if not rtf:
        return "", ""
    if b"\\fromhtml" in rtf[:1000]:
        return "", _Reader(rtf, html=True).read()
    return _Reader(rtf, html=False).read(), ""


class _Reader:
    """One pass over the tokens; a group's state is kept on a stack: silent, HTML only, characters that follow a Unicode escape."""

    def __init__(self, rtf: bytes, *, html: bool) -> None:
        self.rtf = rtf
        self.html = html
        self.out: list[str] = []
        self.silent = False
        self.html_only = False
        self.html_text = True
        self.skip_after_unicode = 1
        self.to_skip = 0
        self.codepage = "cp1252"
        self.pending = bytearray()

    def read(self) -> str:
        stack: list[tuple[bool, bool, int]] = []
        for token in _TOKEN.finditer(self.rtf):
            hexadecimal, word, number, symbol, brace, text = token.groups()
            if hexadecimal:
                self._bytes(bytes([int(hexadecimal, 16)]))
                continue
            if text:
                self._bytes(text)
                continue
            self._flush()
            if brace == b"{":
                stack.append((self.silent, self.html_only, self.skip_after_unicode))
            elif brace == b"}":
                if stack:
                    self.silent, self.html_only, self.skip_after_unicode = stack.pop()
            elif word:
                self._word(word, int(number) if number else None)
            elif symbol:
                self._symbol(symbol)
        self._flush()
        return clean("".join(self.out)).strip()

    def _bytes(self, data: bytes) -> None:
        skipped = min(self.to_skip, len(data))
        self.to_skip -= skipped
        data = data[skipped:]
        if not self.silent and (self.html_text or self.html_only):
            self.pending += data

    def _flush(self) -> None:
        if self.pending:
            self.out.append(decode(bytes(self.pending), self.codepage))
            self.pending.clear()

    def _write(self, text: str) -> None:
        if not self.silent and (self.html_text or self.html_only):
            self.out.append(text)

    def _word(self, word: bytes, number: int | None) -> None:
        if word in _CHARACTERS:
            self._write(_CHARACTERS[word])
        elif word == b"u" and number is not None:
            self._write(chr(number % 65536) if not 0xD800 <= number % 65536 < 0xE000 else "�")
            self.to_skip = self.skip_after_unicode
        elif word == b"uc" and number is not None:
            self.skip_after_unicode = min(max(number, 0), 8)
        elif word == b"ansicpg" and number:
            self.codepage = f"cp{number}"
        else:
            self._destination(word, number)

    def _destination(self, word: bytes, number: int | None) -> None:
        """Where the text that follows belongs: nowhere, to the HTML, or to readers of RTF only (between htmlrtf and htmlrtf0)."""
        if word in _SILENT:
            self.silent = True
        elif word == b"htmltag":
            self.silent, self.html_only = not self.html, True
        elif word == b"htmlrtf":
            self.html_text = number == 0 or not self.html

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            # An unknown destination is to be skipped; \htmltag, which may follow, undoes this.
            self.silent = True
        elif symbol == b"~":
            self._write(" ")
        elif symbol in (b"\\", b"{", b"}"):
            self._write(symbol.decode())
        elif symbol in (b"\r", b"\n"):
            self._write("\n")
