"""The human part of a bounce: where the returned mail begins, which addresses failed, and what was said about each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.parsers.replies.bounce_rules import phrases, squeeze

MAX_LINES = 400
MAX_FOUND = 200
_ADDRESS = re.compile(r"[^\s<>\"(),:;\[\]'=|*]{1,100}@[^\s<>\"(),:;\[\]'|*]{1,150}")
_DOMAIN_END = re.compile(r"[.…'\"]+$")
_RETURNED = phrases("phrases", "returned")
_FAILED = phrases("phrases", "failed")
_BEFORE = frozenset(phrases("phrases", "before"))
_NOT_RECIPIENTS = phrases("phrases", "not_recipients")
_NOT_LINES = phrases("phrases", "not_lines")
_HEADER = re.compile(
    r"^\s{0,8}(?:Received|Return-Path|Delivered-To|Message-I[Dd]|DKIM-Signature|X-[\w-]{2,40}|MIME-Version|Content-Type):\s",
    re.IGNORECASE,
)
_ANY_FIELD = re.compile(
    r"^\s{0,8}(?:return-path|received|from|to|cc|date|subject|message-id|sent|reply-to|x-[\w-]{2,40}):", re.IGNORECASE
)
_BEGINS_LINE = re.compile(
    r"^[\s>*\"'<\[(-]{0,12}(?:smtp:|mailto:|rfc822;|c=.{0,100}smtp=|\d{1,3}[.)]\s)?<?$", re.IGNORECASE
)
# A person's name before the address that alone fills the line
_NAME = re.compile(r"^\s{0,12}(?:\"[^\"<>]{1,100}\"|'[^'<>]{1,100}'|[^\W\d][\w.,' -]{1,60}?)\s{1,3}<$")
_RCPT = re.compile(r"rcpt to:?\s?<?\s?$", re.IGNORECASE)
# An address that is only the name of the one in angle brackets behind it
_NAMES_NEXT = re.compile(r"[\"']?\s{1,3}<[^<>@\s:]{1,100}@")
_OUR_HEADER = re.compile(r"^\s{0,8}(?:to|cc|from|an|à|aan|de|von|van)\s?:", re.IGNORECASE)
_EXPANDED = re.compile(r"expanded from:?\s{1,3}<?([^\s<>()]{1,100}@[^\s<>()]{1,150})>?", re.IGNORECASE)
_ANSWER = re.compile(r"(?:^|\D)[45]\d\d[\s\-]")


@dataclass(frozen=True, slots=True)
class Failure:
    """An address that a bounce names, the lines about it, and how plainly it was named (1 is the plainest)."""

    address: str
    text: str
    tier: int


def split_returned(text: str) -> tuple[str, str]:
    """The report itself, and the copy of our mail below it."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if number and _opens_returned(lines, number, line):
            return "\n".join(lines[:number]), "\n".join(lines[number:])
    return text, ""


def _opens_returned(lines: Sequence[str], number: int, line: str) -> bool:
    if len(line) < 200:
        said = squeeze(line)
        if any(mark in said for mark in _RETURNED) and "transcript" not in said:
            # "Your original message" also stands in sentences: headers or the end of a line must follow.
            return said.endswith((":", ".", "-", "*", "=", "_")) or any(
                _HEADER.match(one) for one in lines[number + 1 : number + 5]
            )
    return (
        bool(_HEADER.match(line))
        and sum(1 for one in lines[number : number + 6] if re.match(r"^\s{0,8}[A-Z][\w-]{1,40}:\s", one)) >= 2
    )


def without_fields(text: str) -> str:
    """The text without lines that look like header fields: some reports tell our header first and the failure below."""
    return "\n".join(line for line in text.split("\n")[:MAX_LINES] if not _ANY_FIELD.match(line))


def failures(body: str, own: frozenset[str]) -> tuple[Failure, ...]:
    """The addresses that failed, as far as the report's text tells; `own` are addresses of ours and of the reporter."""
    lines = body.split("\n")[:MAX_LINES]
    found = [(number, address, tier) for number, line in enumerate(lines) for address, tier in _named(line, own)]
    if not found:
        return _local_names(lines, own)
    best = min(tier for _, _, tier in found)
    chosen: dict[str, Failure] = {}
    kept = [(number, address) for number, address, tier in found if tier == best]
    for (number, address), (until, _) in zip(kept, [*kept[1:], (len(lines), "")], strict=True):
        about = "\n".join(lines[number : max(until, number + 1)][:30])
        if address in chosen:
            chosen[address] = Failure(address, f"{chosen[address].text}\n{about}", best)
        elif len(chosen) < MAX_FOUND:
            chosen[address] = Failure(address, about, best)
    return tuple(chosen.values())


def _local_names(lines: Sequence[str], own: frozenset[str]) -> tuple[Failure, ...]:
    """The alias of a program that failed, and bare user names below "… could not be delivered:", of the reporter's own domain."""
    domain = next(
        (address.rpartition("@")[2] for address in own if address.startswith(("mailer-daemon@", "postmaster@"))), ""
    )
    found = [Failure(name[1].lower(), line, 2) for line in lines if (name := _EXPANDED.search(line))]
    for line, after in pairwise([line for line in lines if line.strip()]):
        word = after.strip(" \t<>\"'.")
        if (
            domain
            and line.rstrip().endswith(":")
            and re.fullmatch(r"[\w.+-]{2,64}", word)
            and any(mark in squeeze(line) for mark in _FAILED)
        ):
            found.append(Failure(f"{word}@{domain}".lower(), line, 2))
    return tuple(found[:MAX_FOUND])


def _named(line: str, own: frozenset[str]) -> Iterator[tuple[str, int]]:
    """The addresses on a line that may have failed: 1 begins the line, 2 is introduced, 3 stands in an SMTP dialogue, 4 anyhow."""
    lowered = squeeze(line)
    if len(line) > 2_000 or any(mark in lowered for mark in _NOT_LINES):
        return
    for found in _ADDRESS.finditer(line):
        address = (
            _DOMAIN_END.sub("", found[0].removeprefix("smtp:").removeprefix("SMTP=")).lower().removeprefix("mailto:")
        )
        before = line[: found.start()]
        if _NAMES_NEXT.match(line, found.end()):
            continue
        tier = 1 if _NAME.match(before) and line[found.end() :].strip() in (">", ">:", ">;") else _tier(before, line)
        if address.startswith(_NOT_RECIPIENTS) and tier > 2:
            continue
        if address in own and tier > 1:
            continue
        if "." in address.rpartition("@")[2] or tier < 3:
            yield address, tier


def _tier(before: str, line: str) -> int:
    if _BEGINS_LINE.match(before):
        return 1
    if _RCPT.search(before):
        return 3
    if _OUR_HEADER.match(before):
        return 4
    words = squeeze(before).rstrip(" <\"'([:=").split()
    for count in (1, 2, 3, 4, 5):
        if " ".join(words[-count:]) in _BEFORE:
            return 2
    return 3 if _ANSWER.search(line) else 4
