"""What this person wrote now: the text of a mail without quotes, signature and notices. Line by line, in linear time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.mail import lexicon
from agent.mail.marks import (
    above_mark,
    attribution,
    bare,
    dashed_title,
    forward_mark,
    header_block,
    original_mark,
    rule,
)
from agent.mail.message import Message
from agent.mail.notices import is_banner, is_sent_from, opens_disclaimer
from agent.mail.visible import visible_text

MAX_TEXT = 300_000  # characters that are looked at; nobody writes more
MAX_LINES = 5_000
_CLOSINGS = lexicon.words("signature", "closings")
_QUOTED = re.compile(r"^\s{0,3}(?:>|\|\s|[A-Z][A-Za-z]{0,11}>)")
_SIGNATURE = re.compile(r"^\s{0,3}(?:--|__|—|– –|_{5,80})\s*$")
_POSTSCRIPT = re.compile(r"^\s*(?:p\.?\s?s\b\.?\s?[:.,;–—-]|n\.?\s?b\b\.?\s?[:.,;–—-]|post-?scriptum\b)", re.IGNORECASE)
_CONTACT = re.compile(r"@|https?:|www\.|\+\d\d|\btel\b|\bfax\b|\bgsm\b|\bmobile?\b", re.IGNORECASE)
_PGP = re.compile(r"^-----(?:BEGIN|END) PGP [A-Z ]{4,20}-----\s*$")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """An answer between quotes, and the quoted line it answers."""

    quoted: str
    answer: str


@dataclass(frozen=True, slots=True)
class OwnText:
    """What the writer wrote now.

    `text`: his words; where he answered between quoted lines, those lines stay above his, marked with `>`. `spoken` are his
    words alone. `quoted` is the rest: earlier mails, ours among them. `signature` holds signature and notices.
    """

    text: str
    quoted: str = ""
    signature: str = ""
    inline: tuple[InlineAnswer, ...] = ()

    @property
    def spoken(self) -> str:
        """The writer's words without any quoted line."""
        lines = [line for line in self.text.split("\n") if not _QUOTED.match(line)]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def own_text(message: Message) -> OwnText:
    """What the sender of this mail wrote now."""
    return own_text_of(message.text)


def own_text_of(text: str, html: str = "") -> OwnText:
    """What the writer of this plain text (or, when it is empty, of this HTML) wrote now."""
    if not text.strip() and html:
        text = visible_text(html)
    text = _INVISIBLE.sub("", text[:MAX_TEXT]).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    lines = _without_armour(text.split("\n")[:MAX_LINES])
    kinds = _Sorter(lines).sort()
    return _assemble(lines, kinds)


def _without_armour(lines: list[str]) -> list[str]:
    """The lines inside a PGP signature's wrapping (RFC 9580 §7)."""
    if not any(_PGP.match(line) for line in lines):
        return lines
    kept: list[str] = []
    mode = "text"
    for line in lines:
        if _PGP.match(line):
            mode = "head" if "BEGIN PGP SIGNED" in line else "skip" if "BEGIN" in line else "text"
        elif mode == "text":
            kept.append(line.removeprefix("- "))
        elif mode == "head" and not line.strip():
            mode = "text"
    return kept


class _Sorter:
    """Gives each line a kind: o(wn), q(uote), a(ttribution), s(ignature or notice), t(ail: everything behind a mark)."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.kinds = ["o"] * len(lines)
        self.own_seen = False
        self.next_quote = (0, -1)

    def sort(self) -> list[str]:
        at = 0
        while at < len(self.lines):
            at = self._one(at)
        return self.kinds

    def _mark(self, begin: int, end: int, kind: str) -> int:
        self.kinds[begin:end] = kind * (end - begin)
        return end

    def _one(self, at: int) -> int:
        line = self.lines[at]
        stripped = line.strip()
        if not stripped:
            return at + 1
        if _QUOTED.match(line) or self._is_broken_quote(at):
            return self._mark(at, at + 1, "q")
        if at < 6 and is_banner(line):
            return self._mark(at, at + 1, "s")
        if behind := self._titled_quote(at):
            return self._mark(at, behind, "a")
        if self._opens_tail(at):
            return self._mark(at, len(self.lines), "t")
        if (found := attribution(self.lines, at)) and (found.plain or self._is_quote_next(found.end)):
            return self._attributed(found.start, found.end)
        if _SIGNATURE.match(line) and self._short_until_quote(at):
            return self._mark(at, self._until_postscript(at + 1), "s")
        if is_sent_from(line):
            # Some write below the line that their program puts there.
            return self._mark(at, self._until_postscript(at + 1) if self.own_seen else at + 1, "s")
        if opens_disclaimer(self.lines, at):
            return self._mark(at, self._until_quote(at + 1), "s")
        self.own_seen = True
        return at + 1

    def _is_broken_quote(self, at: int) -> bool:
        """Whether a mail program broke a long quoted line and marked only its first half."""
        if not at or self.kinds[at - 1] != "q":
            return False
        before, after = self.lines[at - 1], self.lines[at + 1] if at + 1 < len(self.lines) else ""
        closes = not after.strip() or bool(_QUOTED.match(after))
        return len(before) >= 60 and closes and self.lines[at].strip()[:1].islower()

    def _opens_tail(self, at: int) -> bool:
        """Whether a program wrote an earlier mail from here on without quote marks."""
        line = self.lines[at]
        if original_mark(line) or forward_mark(line) or above_mark(line):
            return True
        if header_block(self.lines, at):
            return True
        if rule(line) or dashed_title(line):
            following = next((n for n in range(at + 1, min(at + 4, len(self.lines))) if self.lines[n].strip()), None)
            return following is not None and header_block(self.lines, following, least=2) is not None
        return False

    def _titled_quote(self, at: int) -> int:
        """The line behind an attribution that stands below a title ("Original Message") and above marked lines; 0 when there is none.

        Proton writes so; what follows the marked lines is an answer, not the tail.
        """
        if not original_mark(self.lines[at]):
            return 0
        below = next((n for n in range(at + 1, min(at + 4, len(self.lines))) if self.lines[n].strip()), at)
        found = attribution(self.lines, below) if below > at else None
        following = next((line for line in self.lines[found.end : found.end + 5] if line.strip()), "") if found else ""
        return found.end if found and _QUOTED.match(following) else 0

    def _attributed(self, begin: int, end: int) -> int:
        """Behind an attribution come quoted lines, or the earlier mail without marks: then everything is a quote."""
        if self._is_quote_next(end):
            return self._mark(begin, end, "a")
        if not self.own_seen and self._quotes_with_marks(end):
            return self._mark(begin, end, "a")
        return self._mark(begin, len(self.lines), "t")

    def _is_quote_next(self, at: int) -> bool:
        """Whether the next words are marked as a quote, or none follow."""
        following = next((line for line in self.lines[at : at + 50] if line.strip()), None)
        return following is None or bool(_QUOTED.match(following))

    def _quotes_with_marks(self, at: int) -> bool:
        """Whether a later attribution is followed by marked lines: then what follows this one unmarked is no quote."""
        for here in range(at, min(len(self.lines), at + 200)):
            if (found := attribution(self.lines, here)) and found.end < len(self.lines):
                rest = (line for line in self.lines[found.end : found.end + 4] if line.strip())
                return bool(_QUOTED.match(next(rest, "")))
        return False

    def _until_quote(self, at: int) -> int:
        """The next line where a quote or an earlier mail begins; looked for once for all lines before it."""
        since, found = self.next_quote
        if since <= at <= found:
            return found
        here = at
        while here < len(self.lines):
            line = self.lines[here]
            if _QUOTED.match(line) or (line.strip() and (attribution(self.lines, here) or self._opens_tail(here))):
                break
            here += 1
        self.next_quote = (at, here)
        return here

    def _until_postscript(self, at: int) -> int:
        """The next line where a quote or a postscript begins: people write below their signature, too."""
        until = self._until_quote(at)
        near = range(at, min(until, at + 60))
        return next((here for here in near if _POSTSCRIPT.match(self.lines[here])), until)

    def _short_until_quote(self, at: int) -> bool:
        ruled = self.lines[at].strip().startswith("__")
        if ruled and not (self.own_seen and any(_CONTACT.search(line) for line in self.lines[at + 1 : at + 12])):
            return False  # a rule between the writer's own words
        filled = [line for line in self.lines[at + 1 : at + 60] if line.strip()]
        until = self._until_quote(at + 1)
        short = until - at <= 200 and sum(1 for line in self.lines[at + 1 : until] if line.strip()) <= 40
        return short and (self.lines[at].strip() != "—" or len(filled) <= 8)


def _assemble(lines: Sequence[str], kinds: list[str]) -> OwnText:
    """The text from the sorted lines: quotes stay only where own words follow them."""
    own = [n for n, kind in enumerate(kinds) if kind == "o" and lines[n].strip()]
    if not own:
        quoted = [line for line, kind in zip(lines, kinds, strict=True) if kind in "qat"]
        only_quote = bool(quoted) and "a" not in kinds and "t" not in kinds and not _nested_attribution(lines)
        text = "\n".join(quoted).strip() if only_quote else ""
        signature = [line for line, kind in zip(lines, kinds, strict=True) if kind == "s"]
        return OwnText(text, "\n".join(quoted).strip(), "\n".join(signature).strip())
    last = own[-1]
    kept = [n for n in range(last + 1) if kinds[n] in "oq"]
    body, farewell = _without_farewell([lines[n] for n in kept])
    first_own = own[0]
    if any(kinds[n] == "q" for n in range(last)) and not _answers_below(kinds, first_own, last):
        body = [line for line in body if not _QUOTED.match(line)]
    quoted = [lines[n] for n in range(len(lines)) if kinds[n] in "qat"]
    signature = [*farewell, *(lines[n] for n in range(len(lines)) if kinds[n] == "s")]
    text = _tidy(body)
    return OwnText(text, "\n".join(quoted).strip(), "\n".join(signature).strip(), _inline(text))


def _answers_below(kinds: Sequence[str], first: int, last: int) -> bool:
    """Whether own words follow a quoted line."""
    return any(kinds[n] == "q" for n in range(last)) and first <= last


def _nested_attribution(lines: Sequence[str]) -> bool:
    return any(attribution(lines, n) for n in range(min(len(lines), 30)))


def _tidy(lines: Sequence[str]) -> str:
    """The text without empty edges, and without the rule that divides it from a quote."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or rule(kept[-1]) or kept[-1].strip() in ("*", "**", "|")):
        kept.pop()
    while kept and not kept[0].strip():
        kept.pop(0)
    return "\n".join(line.rstrip() for line in kept).strip("\n").strip()


def _without_farewell(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines up to a closing that more than a name follows, and what was cut off. A closing with its name stays."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 25), -1):
        if not _is_closing(lines[at]):
            continue
        behind = [line for line in lines[at + 1 :] if line.strip()]
        if len(behind) >= 2 and at > 0 and not any(_is_sentence(line) for line in behind):
            return list(lines[:at]), list(lines[at:])
        return list(lines), []
    return list(lines), []


def _is_sentence(line: str) -> bool:
    """Whether a line behind the farewell still says something: a postscript, a sentence, a quote."""
    words = line.split()
    said = len(words) >= 7 and line.rstrip().endswith((".", "!", "?", ",", ":"))
    return said or len(line) > 120 or bool(_QUOTED.match(line)) or bool(_POSTSCRIPT.match(line))


def _is_closing(line: str) -> bool:
    text = bare(line).strip(" ,!;.")
    return len(text) < 60 and (text in _CLOSINGS or text.partition(",")[0].strip() in _CLOSINGS)


def _inline(text: str) -> tuple[InlineAnswer, ...]:
    """Each answer below a quoted line with the last line it answers."""
    found: list[InlineAnswer] = []
    quoted = ""
    answer: list[str] = []
    for line in [*text.split("\n"), ">"]:
        if _QUOTED.match(line):
            if quoted and "".join(answer).strip():
                found.append(InlineAnswer(quoted, "\n".join(answer).strip()))
                quoted = ""
            answer = []
            quoted = line.strip("> \t") or quoted
        else:
            answer.append(line)
    return tuple(found)
