"""Proof of the sender: a trusted Authentication-Results header (RFC 8601), or a DKIM signature verified here (RFC 6376).

An address alone is only a claim. What proves must be aligned with the domain of From (RFC 7489 §3.1, relaxed).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import authres
import dkim

from agent.errors import TemporaryError
from agent.mail.addresses import parse_addresses
from agent.mail.headers import MAX_FIELDS, MAX_HEAD, decode_words, split_head, unfold
from agent.mail.message import Message

Lookup = Callable[[str], str | None]
MAX_SIGNATURES = 5  # DKIM signatures that are tried, each costs a DNS question
MAX_FIELDS_VERIFIED = 200
MAX_SIGNED = 60_000_000  # bytes of a mail that is still verified
# What a mail has once (RFC 5322 §3.6, RFC 2045): of two, a signature covers one, and a reader may show the other.
_ONCE = frozenset("subject date to cc message-id in-reply-to references content-type".split())
_LOOKED_AT = frozenset({"from", "received", "authentication-results", "dkim-signature", *_ONCE})
# SHA-1 proves nothing any more (RFC 8301 §3.1).
_ALGORITHMS = frozenset({"rsa-sha256", "ed25519-sha256"})
_BY = re.compile(r"\bby[ \t]+([a-z0-9.-]{1,253})(?![a-z0-9.-])")
_COMMENT = re.compile(r"\([^()]*\)")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,250}[a-z0-9])?")
# Registries that sell names below a second level: `co.uk` is nobody's own domain.
_SECOND_LEVELS = frozenset("ac co com edu gob gov gouv govt ltd me mil net nic nom or org plc sch asso".split())


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the address in From is proved: `method` dkim, spf, dmarc or none; the `domain` that vouches; why, in words.

    `undecided` when an aligned signature could not be verified because nobody answered for its key: later it may prove.
    """

    passed: bool
    method: str
    domain: str
    because: str
    undecided: bool = False


def prove(
    raw: bytes,
    message: Message,
    *,
    trusted_authserv_ids: Sequence[str],
    lookup: Lookup | None,
    signed_only: bool = False,
) -> Proof:
    """What proves the sender of this mail.

    Trusts only the topmost Authentication-Results whose authserv-id is configured; without a word from it, verifies DKIM itself
    with `lookup` (the TXT record of a name, None when there is none, TemporaryError when nobody answers). With `signed_only` nothing but a DKIM signature proves.
    Never raises.
    """
    every, body = split_head(raw, 0, len(raw))
    fields = [(name, unfold(value)) for name, value in every if name in _LOOKED_AT]
    domain, problem = _from_domain([value for name, value in fields if name == "from"], message)
    problem = problem or _said_twice([name for name, _ in fields]) or _read_otherwise(raw, len(every), body)
    if problem:
        return Proof(False, "none", domain, problem)
    reported = _trusted_results(fields, trusted_authserv_ids)
    for method in ("dkim",) if signed_only else ("dmarc", "dkim", "spf"):
        for vouching in _vouching(reported, method):
            if aligned(vouching, domain):
                return Proof(True, method, vouching, f"{method}=pass for {vouching} by {reported.authserv_id}")
    failed = [f"{entry.method}={entry.result}" for entry in reported.results]
    if lookup is None:
        return Proof(False, "none", domain, f"reported: {', '.join(failed)[:200]}" if failed else "no trusted report")
    return _verify_dkim(raw, domain, fields, lookup)


def reporting_servers(raw: bytes) -> tuple[str, ...]:
    """The names under which servers reported on this mail (authserv-id), the topmost first; whether any is believed is not said."""
    fields = split_head(raw, 0, len(raw))[0]
    names = (_authserv_id(unfold(value)) for name, value in fields if name == "authentication-results")
    return tuple(dict.fromkeys(name for name in names if name))


def aligned(vouching: str, claimed: str) -> bool:
    """Whether one domain speaks for the other: the same, or one is below the other, which someone registered.

    Narrower than RFC 7489's relaxed alignment: two names below one parent may belong to two customers of a provider.
    """
    one, other = vouching.lower().strip("."), claimed.lower().strip(".")
    if not one or one == other:
        return bool(one)
    shorter, longer = sorted((one, other), key=len)
    return longer.endswith(f".{shorter}") and _is_registered(shorter)


def _is_registered(domain: str) -> bool:
    """Whether a name can belong to one owner: `be` and `co.uk` cannot."""
    labels = domain.split(".")
    below_registry = len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _SECOND_LEVELS
    return len(labels) >= 2 and not below_registry


def _from_domain(fields: Sequence[str], message: Message) -> tuple[str, str]:
    """The domain of From, and what is wrong with the header: one field with one address, or there is nothing to prove."""
    if len(fields) != 1:
        return "", f"{len(fields)} From fields"
    if len(fields[0]) > 2_000:
        return "", "From is too long"
    addresses = [address for address, _ in parse_addresses(fields[0]) if address]
    if len(addresses) != 1 or decode_words(fields[0]).count("<") > 1:
        return "", f"From names {len(addresses)} addresses" if len(addresses) != 1 else "From names several addresses"
    angle = re.search(r"<([^<>]*)>", fields[0])
    plain = angle[1] if angle else _COMMENT.sub(" ", fields[0])
    domain = addresses[0].rpartition("@")[2]
    if addresses[0] != message.sender.address or plain.count("@") != 1 or not _DOMAIN.fullmatch(domain):
        return "", "From is not one plain address"
    return domain, ""


@dataclass(frozen=True, slots=True)
class _Entry:
    method: str
    result: str
    properties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Results:
    authserv_id: str = ""
    results: tuple[_Entry, ...] = ()


_NOTHING = _Results()


def _said_twice(names: Sequence[str]) -> str:
    """Which field stands more than once that must not, in words; "" when none does."""
    twice = sorted(name for name in _ONCE if names.count(name) > 1)
    return f"two {twice[0]} fields" if twice else ""


def _read_otherwise(raw: bytes, fields: int, body: int) -> str:
    """Why whoever verified this mail may have seen other fields, or its body begin elsewhere; "" when he cannot.

    Readers part where a line ends in a lone CR, or is no field: some skip it, some begin the body there. What a forwarder set into
    the header of a signed mail, where no signature looks, would be read as the words of the sender.
    """
    head = raw[:body]
    if fields >= MAX_FIELDS or body > MAX_HEAD:
        return "a header too long to be read whole"
    if _LONE_RETURN.search(head):
        return "a lone carriage return in the header"
    ends = body == len(raw) or head.endswith((b"\n\n", b"\n\r\n"))
    return "" if ends else "a line in the header that is no field"


def _trusted_results(fields: Sequence[tuple[str, str]], trusted: Sequence[str]) -> _Results:
    """The report of our own receiving server: the topmost Authentication-Results that bears a configured name, and no other.

    A server writes its report above what it received (RFC 8601 §5), some of them below their own Received field: what follows the
    topmost one may be the sender's word, whatever name it bears, also where that one cannot be read. Microsoft 365 writes no
    name (RFC 8601 §2.2 wants one): its server's is that of the next Received field below, a configured one or a name below it.
    """
    names = {name.strip(" .").lower() for name in trusted} - {""}
    for number, (name, value) in enumerate(fields):
        if name != "authentication-results":
            continue
        own = _authserv_id(value)
        if not own:
            server = _received_by(fields[number:])
            ours = any(server == one or server.endswith(f".{one}") for one in names)
            return _parse_results(f"{server}; {value}") if ours else _NOTHING
        if own in names:
            parsed = _parse_results(value)
            return parsed if parsed.authserv_id.strip(".").lower() in names else _NOTHING
    return _NOTHING


def _received_by(fields: Sequence[tuple[str, str]]) -> str:
    """The server that wrote the first Received field of these, "" when none is told."""
    received = next((value for name, value in fields if name == "received"), "")
    told = _BY.search(_without_comments(received[:2_000]).lower())
    return told[1].strip(".") if told else ""


def _authserv_id(value: str) -> str:
    """The name before the first semicolon, without version and comments; "" when a result stands there instead."""
    words = _without_comments(value[:1_000]).partition(";")[0].split()
    return words[0].strip('".').lower() if words and "=" not in words[0] else ""


def _without_comments(text: str) -> str:
    """The text without its comments, the innermost first; those nested deeper than anybody writes stay."""
    for _ in range(5):
        text = _COMMENT.sub(" ", text)
    return text


@lru_cache(maxsize=256)  # a server says the same of most mails of one sender
def _parse_results(value: str) -> _Results:
    """The report as values; empty when it is unreadable."""
    if len(value) > 20_000:
        return _NOTHING
    try:
        header = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
    except Exception:  # noqa: BLE001 - authres raises SyntaxError, its own and plain errors on what it does not know
        return _NOTHING
    entries = []
    for result in header.results or ():
        properties = tuple(
            (f"{found.type}.{found.name}".lower(), str(found.value or "").lower()) for found in result.properties or ()
        )
        entries.append(_Entry(str(result.method).lower(), str(result.result).lower(), properties))
    return _Results(str(header.authserv_id or ""), tuple(entries))


_NAMES_OF = {
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.mail"),
}


def _vouching(results: _Results, method: str) -> Iterator[str]:
    """The domains for which this report says `method`=pass."""
    for entry in results.results:
        if entry.method == method and entry.result == "pass":
            for key, value in entry.properties:
                if key in _NAMES_OF[method]:
                    yield value.rpartition("@")[2].strip(" .<>\"'")


def _verify_dkim(raw: bytes, domain: str, fields: Sequence[tuple[str, str]], lookup: Lookup) -> Proof:
    """The first aligned DKIM signature that verifies. `l=` is refused: text could be added behind the signed part."""
    if len(raw) > MAX_SIGNED or len(fields) > MAX_FIELDS_VERIFIED:
        return Proof(False, "none", domain, "too large to verify")
    because, undecided = "no DKIM signature", ""
    signatures = [value for name, value in fields if name == "dkim-signature"]
    for number, signature in enumerate(signatures[:MAX_SIGNATURES]):
        tags = _tags(signature)
        signer = tags.get("d", "").lower()
        if not aligned(signer, domain):
            because = f"DKIM signature of {signer[:80]} is not aligned with {domain}"
        elif "l" in tags:
            because = "DKIM signature covers only a part of the body (l=)"
        elif missing := _uncovered(tags, fields):
            because = f"DKIM signature does not cover {missing}"
        elif tags.get("a", "") not in _ALGORITHMS:
            because = f"DKIM signature by {tags.get('a', '')[:40]}"
        else:
            verified = _verifies(raw, number, signer, lookup)
            if verified:
                return Proof(True, "dkim", signer, f"DKIM signature of {signer} verified")
            because = f"DKIM signature of {signer} does not verify"
            if verified is None:
                undecided = f"nobody answers for the key of {signer[:80]}"
    return Proof(False, "none", domain, undecided or because, undecided=bool(undecided))


def _uncovered(tags: Mapping[str, str], fields: Sequence[tuple[str, str]]) -> str:
    """What the signature leaves to anybody who sends the mail on, From or a subject; "" when it covers both."""
    covered = "".join(tags.get("h", "").lower().split()).split(":")
    present = ("From", *("Subject" for name, _ in fields if name == "subject"))
    return next((name for name in present if name.lower() not in covered), "")


def _verifies(raw: bytes, number: int, signer: str, lookup: Lookup) -> bool | None:
    """Whether the verifier finds this signature good, and the same one: of this domain, over the whole body.

    None when nobody answers for its key.
    """

    def answer(name: bytes | str, timeout: int = 5) -> bytes | None:  # noqa: ARG001 - dkimpy passes a timeout
        text = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        found = lookup(text.rstrip("."))
        return found.encode("utf-8", "replace") if found else None

    try:
        verifier = dkim.DKIM(raw, minkey=1024)
        good = bool(verifier.verify(idx=number, dnsfunc=answer))
        return good and verifier.domain.lower() == signer.encode("ascii") and b"l" not in verifier.signature_fields
    except TemporaryError:
        return None
    except Exception:  # noqa: BLE001 - a signature, key or lookup that raises proves nothing
        return False


def _tags(signature: str) -> dict[str, str]:
    """The tag=value list of a signature (RFC 6376 §3.2: `D=` is another tag than `d=`)."""
    tags: dict[str, str] = {}
    for item in signature.split(";"):
        name, equals, value = item.partition("=")
        if equals:
            tags.setdefault(name.strip(), value.strip())
    return tags
