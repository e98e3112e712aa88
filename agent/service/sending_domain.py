"""Whether other mail systems can tell that our mail is ours: SPF, DKIM and DMARC of the domain we write from."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

Records = Callable[[str], Sequence[str]]

# Selectors that mail services and Debian's own tools use when nobody chooses another.
COMMON_SELECTORS = ("default", "mail", "dkim", "selector1", "selector2", "google", "s1", "k1")
_MOST_LOOKUPS = 10
_SHORT_KEY_BYTES = 140


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing that was tried. `advice` says what to do about it; empty when nothing is."""

    name: str
    ok: bool
    detail: str
    advice: str = ""


def domain_checks(domain: str, records: Records, selectors: Sequence[str] = ()) -> Iterator[CheckResult]:
    """The findings about the domain's records; `records` gives the TXT records of a name, none when there are none."""
    yield spf(domain, records(domain))
    yield dkim(domain, {s: records(f"{s}._domainkey.{domain}") for s in selectors or COMMON_SELECTORS})
    yield dmarc(domain, records)


def spf(domain: str, texts: Iterable[str]) -> CheckResult:
    """SPF (RFC 7208): one record, which ends in -all or ~all and asks for at most ten look-ups."""
    found = [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        return CheckResult(
            "spf",
            False,
            f"{domain} has no SPF record",
            f'publish a TXT record at {domain}: "v=spf1 mx -all", with an include: for your relay',
        )
    if len(found) > 1:
        return CheckResult(
            "spf",
            False,
            f"{domain} has {len(found)} SPF records; receivers then use none (RFC 7208 §4.5)",
            "merge them into one",
        )
    terms = found[0].lower().split()[1:]
    if "+all" in terms or "all" in terms:
        return CheckResult("spf", False, f"{found[0]!r} allows everybody to send", "end it with -all or ~all")
    asked = sum(map(_looks_up, terms))
    if asked > _MOST_LOOKUPS:
        return CheckResult(
            "spf", False, f"{asked} look-ups, more than ten (RFC 7208 §4.6.4)", "name fewer include: and a: terms"
        )
    closed = any(term.endswith("all") and term[0] in "-~" for term in terms) or any(
        t.startswith("redirect=") for t in terms
    )
    advice = "" if closed else "end it with -all, so that others' mail in your name is refused"
    return CheckResult("spf", closed, found[0], advice)


def _looks_up(term: str) -> bool:
    plain = term.lstrip("+-~?")
    return plain.startswith(("include:", "exists:", "redirect=")) or plain.split(":")[0].split("/")[0] in (
        "a",
        "mx",
        "ptr",
    )


def dkim(domain: str, keys: dict[str, Sequence[str]]) -> CheckResult:
    """DKIM (RFC 6376 §3.6.1): at least one selector with a key that is neither revoked nor short (RFC 8301: 1024 bits at least)."""
    tags = {selector: _tags("".join(texts)) for selector, texts in keys.items() if texts}
    live = {selector: found for selector, found in tags.items() if found.get("p")}
    if not live:
        return CheckResult(
            "dkim",
            False,
            f"no DKIM key of {domain} under the selectors {', '.join(keys)}",
            "let your relay sign, publish its key, and name its selector under agency.dkim_selectors when it is none of these",
        )
    short = [
        s for s, found in live.items() if found.get("k", "rsa") == "rsa" and _length(found["p"]) < _SHORT_KEY_BYTES
    ]
    if len(short) == len(live):
        return CheckResult(
            "dkim",
            False,
            f"the key of {', '.join(short)} is shorter than 1024 bits or unreadable",
            "make one of 2048 bits",
        )
    return CheckResult("dkim", True, f"key found: {', '.join(live)}")


def dmarc(domain: str, records: Records) -> CheckResult:
    """DMARC (RFC 7489): a record at the domain or the nearest one above that has one."""
    for name in _upwards(domain):
        found = [text for text in records(f"_dmarc.{name}") if text.lower().startswith("v=dmarc1")]
        if found:
            return _policy(name, found)
    return CheckResult(
        "dmarc",
        False,
        f"{domain} has no DMARC record",
        f'publish a TXT record at _dmarc.{domain}: "v=DMARC1; p=quarantine"',
    )


def _policy(name: str, found: list[str]) -> CheckResult:
    if len(found) > 1:
        return CheckResult(
            "dmarc", False, f"_dmarc.{name} has {len(found)} records; receivers then use none", "keep one"
        )
    policy = _tags(found[0]).get("p", "")
    if policy not in ("none", "quarantine", "reject"):
        return CheckResult("dmarc", False, f"{found[0]!r} names no policy", "add p=quarantine")
    advice = (
        "p=none only watches: quarantine or reject protects your debtors from mails in your name"
        if policy == "none"
        else ""
    )
    return CheckResult("dmarc", True, f"_dmarc.{name}: p={policy}", advice)


def _upwards(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        yield ".".join(labels[start:])


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {key.strip().lower(): "".join(value.split()) for key, _, value in pairs}


def _length(key: str) -> int:
    try:
        return len(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        return 0
