"""Proof of the sender: a trusted Authentication-Results header (RFC 8601), or a DKIM signature verified here (RFC 6376).

An address alone is only a claim. What proves must be aligned with the domain of From (RFC 7489 §3.1, relaxed).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import authres
import dkim

from agent.mail.addresses import parse_addresses
from agent.mail.headers import decode_words, split_head, unfold
from agent.mail.message import Message

Lookup = Callable[[str], str | None]
MAX_SIGNATURES = 5  # DKIM signatures that are tried, each costs a DNS question
MAX_FIELDS_VERIFIED = 200
MAX_SIGNED = 60_000_000  # bytes of a mail that is still verified
_LOOKED_AT = frozenset({"from", "received", "authentication-results", "dkim-signature"})
_COMMENT = re.compile(r"\([^()]*\)")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,250}[a-z0-9])?")
# Registries that sell names below a second level: `co.uk` is nobody's own domain.
_SECOND_LEVELS = frozenset("ac co com edu gob gov gouv govt ltd me mil net nic nom or org plc sch asso".split())


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the address in From is proved: `method` dkim, spf, dmarc or none; the `domain` that vouches; why, in words."""

    passed: bool
    method: str
    domain: str
    because: str


def prove(raw: bytes, message: Message, *, trusted_authserv_ids: Sequence[str], lookup: Lookup | None) -> Proof:
    """What proves the sender of this mail.

    Trusts only the topmost run of Authentication-Results whose authserv-id is configured; without a word from them,
    verifies DKIM itself with `lookup` (the TXT record of a name, None when there is none). Never raises.
    """
    fields = [(name, unfold(value)) for name, value in split_head(raw, 0, len(raw))[0] if name in _LOOKED_AT]
    domain, problem = _from_domain([value for name, value in fields if name == "from"], message)
    if problem:
        return Proof(False, "none", domain, problem)
    reported = list(_trusted_results(fields, trusted_authserv_ids))
    for method in ("dmarc", "dkim", "spf"):
        for result in reported:
            for vouching in _vouching(result, method):
                if aligned(vouching, domain):
                    return Proof(True, method, vouching, f"{method}=pass for {vouching} by {result.authserv_id}")
    failed = [f"{entry.method}={entry.result}" for result in reported for entry in result.results]
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
    authserv_id: str
    results: tuple[_Entry, ...]


def _trusted_results(fields: Sequence[tuple[str, str]], trusted: Sequence[str]) -> Iterator[_Results]:
    """The reports of our own receiving server: the topmost Authentication-Results in a configured name, and those beside it.

    A server writes its report above what it received (RFC 8601 §5): behind the next Received field below it begins the
    sender's word, whatever name it bears. One of ours that cannot be read ends the search just so.
    """
    names = {name.strip().lower() for name in trusted if name.strip()}
    seen = False
    for name, value in fields:
        if name == "received" and seen:
            return
        if name != "authentication-results" or _authserv_id(value) not in names:
            continue
        seen = True
        parsed = _parse_results(value)
        if parsed is None or parsed.authserv_id.lower() not in names:
            return
        yield parsed


def _authserv_id(value: str) -> str:
    """The name before the first semicolon, without version and comments; "" when a result stands there instead."""
    words = _COMMENT.sub(" ", value[:1_000]).partition(";")[0].split()
    return words[0].strip('"').lower() if words and "=" not in words[0] else ""


def _parse_results(value: str) -> _Results | None:
    """The report as values; None when it is unreadable or names no server (Microsoft 365's does not)."""
    if len(value) > 20_000:
        return None
    try:
        header = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
    except Exception:  # noqa: BLE001 - authres raises SyntaxError, its own and plain errors on what it does not know
        return None
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
    because = "no DKIM signature"

    def answer(name: bytes | str, timeout: int = 5) -> bytes | None:  # noqa: ARG001 - dkimpy passes a timeout
        text = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        found = lookup(text.rstrip("."))
        return found.encode("utf-8", "replace") if found else None

    signatures = [value for name, value in fields if name == "dkim-signature"]
    for number, signature in enumerate(signatures[:MAX_SIGNATURES]):
        tags = _tags(signature)
        signer = tags.get("d", "").lower()
        if not aligned(signer, domain):
            because = f"DKIM signature of {signer[:80]} is not aligned with {domain}"
        elif "l" in tags:
            because = "DKIM signature covers only a part of the body (l=)"
        elif "from" not in tags.get("h", "").lower().replace(" ", "").split(":"):
            because = "DKIM signature does not cover From"
        elif _verifies(raw, number, answer):
            return Proof(True, "dkim", signer, f"DKIM signature of {signer} verified")
        else:
            because = f"DKIM signature of {signer} does not verify"
    return Proof(False, "none", domain, because)


def _verifies(raw: bytes, number: int, answer: Callable[..., bytes | None]) -> bool:
    try:
        return bool(dkim.DKIM(raw, minkey=1024).verify(idx=number, dnsfunc=answer))
    except Exception:  # noqa: BLE001 - a signature, key or lookup that raises proves nothing
        return False


def _tags(signature: str) -> dict[str, str]:
    """The tag=value list of a signature (RFC 6376 §3.2)."""
    tags: dict[str, str] = {}
    for item in signature.split(";")[:50]:
        name, equals, value = item.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    return tags
