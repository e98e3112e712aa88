"""The wording of bounces, read from bounce_rules.toml once, and what it says about an address."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from agent.domain.findings import FailedRecipient

MAX_TEXT = 4_000  # characters of a server's answer that are looked at
_TABLES = tomllib.loads(
    resources.files("agent.parsers.replies").joinpath("bounce_rules.toml").read_text(encoding="utf-8")
)


def phrases(table: str, key: str) -> tuple[str, ...]:
    """One list of phrases, in lower case."""
    return tuple(entry.lower() for entry in _TABLES[table][key])


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an address failed, in words, and whether it is dead (`hard`)."""

    name: str
    hard: bool
    words: tuple[str, ...] = ()


REASONS = tuple(
    Reason(row["name"], row.get("hard", False), tuple(word.lower() for word in row["words"]))
    for row in _TABLES["reason"]
)
_BY_NAME = {reason.name: reason for reason in REASONS}
_STATUSES: dict[str, str] = _TABLES["statuses"]
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.\-])([45]\d\d)(?=[\s\-:;.'\"]|$)")
NOTHING = Reason("", hard=False)


def squeeze(text: str) -> str:
    """The text in lower case on one line, typographic apostrophes made plain."""
    return " ".join(text[: 4 * MAX_TEXT].lower().replace("’", "'").split())


def status_in(text: str) -> str:
    """The most telling enhanced status code in this text (RFC 3463): one that is not X.0.0 before one that is."""
    found = [match[0] for match in _STATUS.finditer(text[: 4 * MAX_TEXT]) if match[1] != "2"]
    return next((status for status in found if not status.endswith(".0.0")), found[0] if found else "")


def reply_in(text: str) -> str:
    """The first SMTP error reply code in this text (RFC 5321 §4.2), "" when there is none."""
    found = _REPLY.search(text[: 4 * MAX_TEXT])
    return found[1] if found else ""


@lru_cache(maxsize=64)  # a report about many addresses asks for its whole text once an address
def reason_of(status: str, text: str) -> Reason:
    """Why the mail failed: by the words of the server first, they are narrower than the codes; else by the code."""
    squeezed = squeeze(text)[:MAX_TEXT]
    by_status = _BY_NAME.get(_STATUSES.get(status.partition(".")[2], ""), NOTHING)
    for reason in REASONS:
        if any(word in squeezed for word in reason.words):
            # A server's "rejected" beside a precise code says less than the code.
            return by_status if by_status.name and reason.name in ("policy", "spam", "security", "blocked") else reason
    return by_status


def judged(address: str, status: str, texts: tuple[str, ...], action: str, body: str) -> FailedRecipient:
    """The failure of one address: by its status, the words about it (nearest first), and the report as a whole."""
    words = "\n".join(dict.fromkeys(texts))
    status = status or status_in(words)
    reason = next((found for text in (*texts, body) if (found := reason_of(status, text)).name), NOTHING)
    permanent = action != "delayed" and _is_permanent(status, words, body)
    diagnostic = " ".join(words.split())[:500]
    return FailedRecipient(address, status, reason.name, permanent, reason.hard and permanent, diagnostic)


def _is_permanent(status: str, words: str, body: str) -> bool:
    """Class 5 is for good, class 4 is not (RFC 3463 §3.1); without any code, the words decide."""
    if code := status[:1] if status[:1] in ("4", "5") else reply_in(words)[:1]:
        return code == "5"
    if "retry timeout exceeded" in words:  # Exim's word for a host that did not answer for days
        return False
    return "temporary" not in squeeze(words) or "permanent" in squeeze(body)
