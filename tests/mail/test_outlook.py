"""What Outlook wraps up is unwrapped: winmail.dat, .msg files and their RTF."""

import base64
import struct

from agent.mail.message import parse_message
from agent.mail.rtf import decompress, rtf_bodies
from agent.mail.tnef import read_tnef


def attribute(level: int, identifier: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, identifier, len(data)) + data + struct.pack("<H", sum(data) % 65536)


def text_property(identifier: int, text: str) -> bytes:
    data = text.encode("utf-16-le") + b"\0\0"
    return struct.pack("<HHII", 0x1F, identifier, 1, len(data)) + data + b"\0" * (-len(data) % 4)


def winmail(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


FILE = (
    attribute(2, 0x00069002, b"\0" * 14),
    attribute(2, 0x00018010, b"FACTUR~1.PDF\0"),
    attribute(2, 0x0006800F, b"%PDF"),
    attribute(2, 0x00069005, struct.pack("<I", 1) + text_property(0x3707, "Facture été.pdf")),
)


def test_a_winmail_gives_its_text_and_files():
    """The long name wins over the short one."""
    item = read_tnef(winmail(attribute(1, 0x0002800C, b"Bonjour\0"), *FILE))
    assert item is not None
    assert (item.text, item.files[0].filename, item.files[0].content) == ("Bonjour", "Facture été.pdf", b"%PDF")


def test_a_winmail_within_a_mail_is_opened_in_place():
    """Its files are the mail's, with the way they came."""
    encoded = base64.encodebytes(winmail(attribute(1, 0x0002800C, b"Bonjour\0"), *FILE)).decode()
    raw = f"From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n \n--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{encoded}--b--\n"
    message = parse_message(raw.encode())
    assert [(file.filename, file.path) for file in message.attachments] == [
        ("Facture été.pdf", "winmail.dat/Facture été.pdf")
    ]
    assert message.text == "Bonjour"


def test_a_broken_winmail_stays_a_file():
    """Nothing is lost when it cannot be opened; what can be read of a cut one is."""
    raw = "From: a@x\nContent-Type: application/ms-tnef; name=winmail.dat\n\nnot one"
    assert [file.filename for file in parse_message(raw.encode()).attachments] == ["winmail.dat"]
    whole = winmail(*FILE)
    for end in range(len(whole)):
        read_tnef(whole[:end])


def test_compressed_rtf_is_read():
    """Stored and compressed (the example of MS-OXRTFCP §4.1), plain and with HTML inside."""
    example = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompress(example) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    rtf = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Pay\'e9 le 12\par fin \u8364?}"
    stored = struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf
    assert rtf_bodies(stored) == ("Payé le 12\nfin €", "")
    html = rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Bonjour\htmlrtf\par}\htmlrtf0 {\*\htmltag72 </p>}}"
    stored = struct.pack("<IIII", len(html) + 12, len(html), 0x414C454D, 0) + html
    assert rtf_bodies(stored) == ("", "<p>Bonjour</p>")


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (MS-CFB) with these streams in its root, all in big sectors."""
    sectors: list[bytes] = []
    chains: list[int] = []

    def store(data: bytes) -> int:
        pieces = [data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512)]
        first = len(sectors)
        sectors.extend(pieces)
        chains.extend([*range(first + 1, first + len(pieces)), 0xFFFFFFFE])
        return first

    def entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
        encoded = name.encode("utf-16-le") + b"\0\0"
        head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1)
        return head + struct.pack("<III", 0xFFFFFFFF, right, child) + b"\0" * 36 + struct.pack("<IQ", start, size)

    entries = [entry("Root Entry", 5, 1, 0xFFFFFFFF, 0xFFFFFFFE, 0)]
    for number, (name, data) in enumerate(streams.items(), start=1):
        following = number + 1 if number < len(streams) else 0xFFFFFFFF
        entries.append(entry(name, 2, 0xFFFFFFFF, following, store(data.ljust(4096, b"\0")), max(len(data), 1)))
    directory = store(b"".join(entries))
    fat_sector = len(sectors)
    chains.append(0xFFFFFFFD)
    sectors.append(struct.pack(f"<{len(chains)}I", *chains).ljust(512, b"\xff"))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + b"\0" * 10
    head += struct.pack("<IIIIIIIII", 1, directory, 0, 0, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, fat_sector)
    return head.ljust(512, b"\xff") + b"".join(sectors)


def test_a_msg_file_is_a_mail():
    """Subject, sender, text and date of a mail that Outlook saved, on its own and as an attachment."""
    date = (133_000_000_000_000_000).to_bytes(8, "little")
    properties = b"\0" * 32 + struct.pack("<HHI", 0x40, 0x0039, 6) + date
    msg = compound(
        {
            "__properties_version1.0": properties,
            "__substg1.0_0037001F": "Facture 118".encode("utf-16-le"),
            "__substg1.0_1000001F": "Voir pièce".encode("utf-16-le"),
            "__substg1.0_0C1F001F": "Anna@Seller.example".encode("utf-16-le"),
            "__substg1.0_0C1A001F": "Anna".encode("utf-16-le"),
        }
    )
    message = parse_message(msg)
    assert (message.subject, message.text) == ("Facture 118", "Voir pièce")
    assert (message.sender.address, message.sender.name) == ("anna@seller.example", "Anna")
    assert message.date is not None
    assert message.date.year == 2022
    encoded = base64.encodebytes(msg).decode()
    raw = (
        f"From: a@x\nContent-Type: application/octet-stream; name=f.msg\nContent-Transfer-Encoding: base64\n\n{encoded}"
    )
    inner = parse_message(raw.encode()).attachments[0].message
    assert inner is not None
    assert inner.subject == "Facture 118"


def test_a_broken_msg_is_a_value():
    """Cut and changed files give a message."""
    msg = compound({"__properties_version1.0": b"\0" * 32, "__substg1.0_0037001F": b"x\0"})
    for at in range(0, len(msg), 97):
        parse_message(msg[:at])
        parse_message(msg[:at] + b"\xff\xff\xff\xff" + msg[at + 4 :])
