"""Which mail is which: keys of received mails, our own Message-IDs, and the reply tokens that tie an answer to its case."""

import base64
import hashlib
import hmac
import re

from agent.mail.message import Message, parse_message

TOKEN_LENGTH = 16
_PRINTED = re.compile(
    r"(?<![A-Z0-9])RL[\s>|\-\u00ad\u2010-\u2015\u2212]{1,8}"
    + r"[\s>|\-\u00ad\u2010-\u2015\u2212]{1,8}".join(["([A-Z2-7]{4})"] * 4)
    + r"(?![A-Z0-9])",
    re.IGNORECASE,
)
_OWN_ID = re.compile(r"<relance\.([a-z2-7]{16})\.[0-9a-z]{1,64}@", re.IGNORECASE)
_PLUS = re.compile(r"\+([a-z2-7]{16})@", re.IGNORECASE)
_DELIVERY_FIELDS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to")
_MAX_TEXT = 500_000  # characters of a body in which tokens are looked for


def message_key(message: Message | bytes) -> str:
    """The key of a received mail: its Message-ID and a hash over From, Date, Subject and the decoded parts.

    A copy delivered twice has the same key; two mails under one Message-ID have not.
    """
    return message.key if isinstance(message, Message) else parse_message(message).key


def reply_token(secret: bytes, case: str, address: str) -> str:
    """The token that ties answers from this address to this case: 80 bits in 16 lower-case characters (RFC 4648 base32).

    Without the secret it can be neither guessed nor made for another address.
    """
    digest = hmac.new(secret, f"{case}\0{address.strip().lower()}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode("ascii").lower()


def printed_token(token: str) -> str:
    """The token as it stands in a footer: RL-XXXX-XXXX-XXXX-XXXX."""
    token = token.upper()
    return "RL-" + "-".join(token[at : at + 4] for at in range(0, TOKEN_LENGTH, 4))


def without_tokens(text: str) -> str:
    """The text without the printed tokens of our letters, in whose place one word stands for each of them."""
    return _PRINTED.sub("RL", text[:_MAX_TEXT])


def own_message_id(token: str, key: str, domain: str) -> str:
    """The Message-ID of our mail with this token and outbox key, with angle brackets; the same for the same mail, always."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:20]
    return f"<relance.{token.lower()}.{digest}@{domain}>"


def tokens_in(message: Message) -> tuple[str, ...]:
    """The reply tokens that a mail carries, nearest proof first, each once: the mail it answers, plus addresses, subject, text.

    The text is taken with its quotes: a client that drops References still quotes our footer.
    """
    found = [token for reference in message.in_reply_to for token in _OWN_ID.findall(reference)]
    found += [token for reference in reversed(message.references) for token in _OWN_ID.findall(reference)]
    addresses = [f"{one.address}" for one in (*message.to, *message.cc)]
    addresses += [value[:2_000] for name in _DELIVERY_FIELDS for value in message.all_headers(name)]
    found += [token for address in addresses for token in _PLUS.findall(address)]
    for text in (message.subject, message.text[:_MAX_TEXT], message.html[:_MAX_TEXT]):
        found += ["".join(groups) for groups in _PRINTED.findall(text)]
    return tuple(dict.fromkeys(token.lower() for token in found))
