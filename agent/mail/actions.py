"""Action tokens: what the buttons in our mails carry, so that a press is known again, works once, and is worth nothing to others.

A token stands in the subject of the mail that a button prefills, beside the reply token. It says what it does (action, target, choice),
until when, and under which words; its seal binds that to creditor, case and the addresses that got the letter. A token alone gives no
right: only a proved sender with the role for the action may use it (docs/spec/action-buttons.md).
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

_PRINTED = re.compile(r"(?<![A-Z0-9])RA-([A-Z2-7]{40})(?![A-Z0-9])", re.IGNORECASE | re.ASCII)
_TARGET = re.compile(r"([a-z])([0-9a-f]{12})")
_WORD = re.compile(r"[^\W_]+")
_FIRST_DAY = date(2020, 1, 1)
_LAST_DAY = _FIRST_DAY + timedelta(days=0xFFFF)
_SEAL = 8  # bytes: 64 bits
_LONGEST_SUBJECT = 2_000
# A mail client may wrap the words that it was given; what stands further down was never among them.
_LINES = 30
_LONGEST_TEXT = 20_000


class Action(IntEnum):
    """What a button does. The numbers stand in mails that were sent: a new action takes a new one, and none is given twice."""

    PAID = 1
    PAUSE = 2
    DISPUTE = 3
    WITHDRAW = 4
    APPROVE = 5
    CHOOSE = 6


@dataclass(frozen=True, slots=True)
class Offer:
    """What one button offers: the action on a target (the id of an item, a question or an account), in the words that it prefills.

    `choice` is the number of an answer to a question, 0 for none.
    """

    action: Action
    target: str
    words: str
    choice: int = 0


@dataclass(frozen=True, slots=True)
class Binding:
    """Whose token it is: the creditor, the case of its target, and the addresses that the letter was written to."""

    creditor: str
    case: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionToken:
    """What a token says, its `action` None for one that we do not know. Nothing of it holds before `sealed_for` found its seal genuine."""

    action: Action | None
    target: str
    choice: int
    expires: date
    raw: bytes

    @property
    def key(self) -> str:
        """The name under which its one use is remembered."""
        return f"action:{self.raw.hex()}"

    def expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return today > self.expires


def action_token(secret: bytes, offer: Offer, binding: Binding, *, expires: date, letter: str) -> str:
    """The token of a button as it stands in a subject: RA- and 40 characters (RFC 4648 base32); the same for the same letter, always.

    `letter` is the key of our mail: the same offer in another mail is another token, which works once for itself. `expires` is the last
    day on which it works. "" for a target or choice that no token can name.
    """
    target = _TARGET.fullmatch(offer.target)
    if target is None or not 0 <= offer.choice < 256 or not _FIRST_DAY <= expires <= _LAST_DAY:
        return ""
    head = bytes([offer.action, offer.choice, ord(target[1])]) + bytes.fromhex(target[2])
    nonce = hashlib.sha256(letter.encode()).digest()[:2]
    body = head + (expires - _FIRST_DAY).days.to_bytes(2, "big") + nonce + _digest(offer.words)
    return "RA-" + base64.b32encode(body + _seal(secret, body, binding)).decode("ascii")


def action_tokens_in(subject: str) -> tuple[ActionToken, ...]:
    """The action tokens of a subject, each once. The text of a mail is never searched: it quotes the buttons of ours."""
    return tuple(dict.fromkeys(map(_read, _PRINTED.findall(subject[:_LONGEST_SUBJECT]))))


def without_action_tokens(subject: str) -> str:
    """The subject without its action tokens, as an answer to it may repeat it."""
    return " ".join(_PRINTED.sub(" ", subject[:_LONGEST_SUBJECT]).split())


def sealed_for(token: ActionToken, secret: bytes, binding: Binding) -> bool:
    """Whether we made this token for this creditor, case and these addresses."""
    body, seal = token.raw[:-_SEAL], token.raw[-_SEAL:]
    return hmac.compare_digest(seal, _seal(secret, body, binding))


def below_its_words(token: ActionToken, text: str) -> str | None:
    """What stands below the words that the button prefilled, a signature perhaps; None when these words were changed."""
    lines = text[:_LONGEST_TEXT].splitlines()
    for end in range(1, min(len(lines), _LINES) + 1):
        if _digest(" ".join(lines[:end])) == token.raw[13:17]:
            return "\n".join(lines[end:]).strip()
    return None


def _read(printed: str) -> ActionToken:
    raw = base64.b32decode(printed.upper())
    letter = chr(raw[2])
    action = Action(raw[0]) if raw[0] in set(Action) else None
    expires = _FIRST_DAY + timedelta(days=int.from_bytes(raw[9:11], "big"))
    return ActionToken(action, letter + raw[3:9].hex(), raw[1], expires, raw)


def _digest(words: str) -> bytes:
    """What is the same for the same words, however a mail client set their quotes, spaces, dashes and capitals."""
    said = unicodedata.normalize("NFKC", words).casefold()
    return hashlib.sha256(" ".join(_WORD.findall(said)).encode()).digest()[:4]


def _seal(secret: bytes, body: bytes, binding: Binding) -> bytes:
    addresses: Iterable[str] = sorted({address.strip().lower() for address in binding.addresses})
    parts = ("relance action token", binding.creditor, binding.case, *addresses)
    bound = "\0".join(parts).encode()
    return hmac.new(secret, body + bound, hashlib.sha256).digest()[:_SEAL]
