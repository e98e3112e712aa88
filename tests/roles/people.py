"""Who writes: each column of the matrix, and how such a sender's mail reaches us, with the proof that he has or has not."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from functools import cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from agent.demo.cast import AUTHSERV, CAFE, LUMIERE, OPERATOR
from agent.demo.documents import Party
from tests.service.world import AUDIT, BRUNO, CHLOE, ELS, MARY

PAUL = "Paul Viseur <paul@atelier-bruno.example>"
NINA = "Nina Reuter <nina@northgate.example>"
BANK = "Banque du Canal <avis@banque.example>"
STRANGER = "Ivan Mallory <ivan@mallory.example>"
BECKER = Party("Becker Immobilien GmbH", "Weg 1", "4700 Eupen", "BE", "BE0665847392", "post@becker-immobilien.example")
TECHNICIAN = f"Technique <{OPERATOR}>"
_SIGNED = ("from", "to", "subject", "in-reply-to", "references")


@dataclass(frozen=True, slots=True)
class House:
    """The people of one creditor, and who may not touch his cases although he is somebody: another creditor's owner."""

    creditor: str
    owner: str
    staff: str
    viewer: str
    other: str


ATELIER = House("atelier-bruno", BRUNO, CHLOE, PAUL, ELS)
NORTHGATE = House("northgate", MARY, NINA, AUDIT, BRUNO)


@dataclass(frozen=True, slots=True)
class Sender:
    """A way in which somebody writes: from this address, `proof` saying how his mail is posted, `thread` whether it answers the debtor's own statement."""

    address: str
    proof: str
    thread: bool = False


def address_of(person: str) -> str:
    """His bare address."""
    return parseaddr(person)[1]


def _debtor(party: Party) -> str:
    return f"Compta <{party.email}>"


def _another(house: House, debtor: Party) -> Party:
    """A debtor of the same creditor with a case of his own."""
    return BECKER if house is NORTHGATE else LUMIERE if debtor is CAFE else CAFE


def _of(pick: Callable[[House], str], *proofs: str) -> Callable[[House, Party], tuple[Sender, ...]]:
    return lambda house, _: tuple(Sender(pick(house), proof) for proof in proofs)


# Each column of the matrix with the ways in which its cells are tried: whatever the way, the outcome is the same.
COLUMNS: dict[str, Callable[[House, Party], tuple[Sender, ...]]] = {
    "owner": _of(lambda h: h.owner, "reported", "signed"),
    "owner, unproved": _of(lambda h: h.owner, "none", "broken", "partial", "foreign"),
    "staff": _of(lambda h: h.staff, "reported"),
    "staff, forged": _of(lambda h: h.staff, "none"),
    "viewer": _of(lambda h: h.viewer, "reported"),
    "viewer, forged": _of(lambda h: h.viewer, "none"),
    "operator": _of(lambda _: TECHNICIAN, "reported"),
    "operator, forged": _of(lambda _: TECHNICIAN, "none"),
    "bank": _of(lambda _: BANK, "reported"),
    "bank, forged": _of(lambda _: BANK, "none"),
    "other creditor": _of(lambda h: h.other, "reported"),
    "other creditor, forged": _of(lambda h: h.other, "none"),
    "debtor, proved": lambda _, debtor: (Sender(_debtor(debtor), "reported"),),
    "debtor, by thread": lambda _, debtor: (Sender(_debtor(debtor), "none", thread=True),),
    "debtor, by address": lambda _, debtor: (Sender(_debtor(debtor), "none"),),
    "other debtor": lambda house, debtor: (Sender(_debtor(_another(house, debtor)), "reported"),),
    "stranger": _of(lambda _: STRANGER, "reported"),
}


@cache
def _key() -> tuple[bytes, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, base64.b64encode(spki).decode()


def lookup(name: str) -> str | None:
    """The name service of this play: every domain in it has one key."""
    return f"v=DKIM1; k=rsa; p={_key()[1]}" if name.startswith("s1._domainkey.") else None


def posted(mail: EmailMessage, sender: Sender) -> bytes:
    """The bytes of this mail as our server hands them on, with what proves its sender or pretends to."""
    raw = mail.as_bytes()
    domain = address_of(sender.address).rpartition("@")[2]
    if sender.proof == "none":
        return raw
    if sender.proof == "reported":
        return f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}\r\n".encode() + raw
    by = "mailer.example" if sender.proof == "foreign" else domain
    headers = [name.encode() for name in _SIGNED if mail[name]]
    signed = raw.replace(b"To: ", b"To: x", 1) if sender.proof == "broken" else raw
    return (
        dkim.sign(signed, b"s1", by.encode(), _key()[0], include_headers=headers, length=sender.proof == "partial")
        + raw
    )
