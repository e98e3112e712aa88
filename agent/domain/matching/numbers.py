"""Invoice numbers in free text: those of the books, the last digits that stand for them, ranges, and numbers of somebody else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from agent.domain.findings import Entry
from agent.domain.matching import names
from agent.domain.matching.book import Book, digits_of
from agent.domain.matching.model import BookItem
from agent.domain.matching.reading import ANNOUNCEMENTS, INVOICE_WORDS, RANGE_WORDS, TextReading, Token, is_list_word

_LONGEST = 8
# Fewer digits than this are a number only after a word that announces one.
_TELLING = 5
# Spans that are compared with open items; a text with more of them is not about invoices.
_MOST_STRANGE = 12
# Words long enough to be no series of their own, the longest first.
_GLUED = sorted((w for w in INVOICE_WORDS if len(w) > 4 or w in ANNOUNCEMENTS), key=len, reverse=True)
_JOINING = frozenset("-/._–—")
_FOLDED = str.maketrans("OQDILZSGB", "000112568")


@dataclass(frozen=True, slots=True)
class Hit:
    """A number of the books as the text writes it, between two token positions. Several items when series share the digits."""

    start: int
    end: int
    items: tuple[BookItem, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a text.

    Attributes:
        hits: full numbers of items that exist.
        tails: after each hit, last digits that stand for a further number ("F2026-0105 + 119"), resolved.
        ranges: first and last item of each "0107 à 110".
        strange: spans that look like an invoice number and are none of ours, as written.
    """

    hits: tuple[Hit, ...] = ()
    tails: tuple[Hit, ...] = ()
    ranges: tuple[tuple[BookItem, BookItem], ...] = ()
    strange: tuple[str, ...] = ()


def find(reading: TextReading, book: Book, day: date) -> Numbers:
    """The numbers that a text names, order and customer numbers left out."""
    hits = _hits(reading, book, day)
    taken = {i for hit in hits for i in range(hit.start, hit.end)}
    tails = _tails(reading, book, day, hits)
    taken |= {i for tail in tails for i in range(tail.start, tail.end)}
    return Numbers(tuple(hits), tuple(tails), _ranges(reading, hits, tails), _strange(reading, taken))


def is_whole(written: str, book: Book, day: date) -> bool:
    """Whether what looks like a date or an amount is, as written, the whole number of an item: 11/2027 where a firm numbers so."""
    return any(not i.number.isdecimal() for i in book.numbered("".join(c for c in written if c.isalnum()), day))


def with_bare(found: Numbers, reading: TextReading, book: Book, entry: Entry) -> Numbers:
    """The numbers of a text that names none in a telling way, with its bare short ones where their items make the amount.

    Three or four digits may be anything; that they are numbers of the books and that the sum fits as well is no chance.
    """
    hits: list[Hit] = []
    for i, token in enumerate(reading.tokens):
        alone = token.gap and not (i + 1 < len(reading.tokens) and _glued(reading.tokens[i + 1]))
        if token.kind == "digits" and 3 <= len(token.text) < _TELLING and alone and i not in reading.order_tokens:
            items = tuple(
                x for x in book.with_digits(token.text, entry.booked_on) if x.open and x.currency == entry.currency
            )
            hits += [Hit(i, i + 1, items)] if len(items) == 1 else []
    if sum((hit.items[0].open for hit in hits), Decimal(0)) != entry.amount or entry.amount <= 0:
        return found
    written = {reading.tokens[hit.start].text for hit in hits}
    return replace(found, hits=tuple(hits), strange=tuple(s for s in found.strange if s not in written))


def _hits(reading: TextReading, book: Book, day: date) -> list[Hit]:
    hits: list[Hit] = []
    tokens, i = reading.tokens, 0
    while i < len(tokens):
        after = hits[-1].end if hits else 0
        hit = None if i in reading.order_tokens else _longest_at(tokens, book, day, i, after)
        if hit is None:
            i += 1
        else:
            hits.append(hit)
            i = hit.end
    return hits


def _longest_at(tokens: tuple[Token, ...], book: Book, day: date, start: int, after: int) -> Hit | None:
    """The longest number that begins at this token: written in full first, then by its digits without the letters before.

    `after` is where the number before it ended: nothing before that can be its prefix.
    """
    if tokens[start].kind == "mark":
        return None
    ends = [start + 1]
    for end in range(start + 1, min(len(tokens), start + _LONGEST)):
        token = tokens[end]
        if token.kind == "mark" and (token.text not in _JOINING):
            break
        ends.append(end + 1)
    for end in reversed(ends):
        if tokens[end - 1].kind == "mark" or (end < len(tokens) and _glued(tokens[end])):
            continue
        text = "".join(t.text for t in tokens[start:end] if t.kind != "mark")
        items = book.numbered(text, day)
        if not text.isdecimal():
            items = items or book.numbered(_without_word(text), day)
            if items:
                return Hit(start, end, items)
            continue
        if len(text) < _TELLING and not _announced(tokens, start, after):
            continue
        items = items or book.with_digits(text, day)
        if items and not _foreign_prefix(tokens, start, after, items):
            return Hit(start, end, items)
    return None


def _without_word(text: str) -> str:
    """The number when a whole word like "facture" is glued to it."""
    return next((text[len(w) :] for w in _GLUED if text.startswith(w) and text != w), "")


def _announced(tokens: tuple[Token, ...], start: int, after: int) -> bool:
    """Whether an invoice word or another number of the same list stands before these digits, or the text is nothing but numbers.

    Short digits mean nothing without.
    """
    if after and all(is_list_word(t) for t in tokens[after:start]):
        return True
    if all(t.kind == "digits" or is_list_word(t) for t in tokens):
        return True
    before = [t for t in tokens[max(0, start - 3) : start] if t.kind != "mark"]
    return bool(before) and before[-1].text in INVOICE_WORDS


def _glued(token: Token) -> bool:
    """Whether a number goes on in this token, so that it must not be cut before it."""
    return not token.gap and token.kind != "mark"


def _foreign_prefix(tokens: tuple[Token, ...], start: int, after: int, items: tuple[BookItem, ...]) -> bool:
    """Whether letters or digits stand tight before these digits that our number does not have there ("NR2026-0135", "12026-0135")."""
    position = start
    while position > after and not tokens[position].gap and tokens[position - 1].text in _JOINING:
        position -= 1
    if position == after or tokens[position].gap:
        return False
    before = tokens[position - 1]
    if before.kind == "digits":
        return True
    if before.kind != "word" or before.text in ANNOUNCEMENTS:
        return False
    if before.text in INVOICE_WORDS and len(before.text) > (3 if position != start else 4):
        return False
    return not any(_letters_before(item.number, before.text) for item in items)


def _letters_before(number: str, letters: str) -> bool:
    own = "".join(c for c in names.plain(number) if c.isalpha())
    return own == letters


def _tails(reading: TextReading, book: Book, day: date, hits: list[Hit]) -> list[Hit]:
    """Digits after a number, with nothing but list marks between, stand for its last digits."""
    tails: list[Hit] = []
    tokens = reading.tokens
    for n, hit in enumerate(hits):
        stop = hits[n + 1].start if n + 1 < len(hits) else len(tokens)
        for i in range(hit.end, stop):
            token = tokens[i]
            if token.kind == "digits" and i not in reading.order_tokens:
                items = _with_tail(book, day, hit, token.text)
                if not items:
                    break
                tails.append(Hit(i, i + 1, items))
            elif not (is_list_word(token) or token.text in RANGE_WORDS):
                break
    return tails


def _with_tail(book: Book, day: date, hit: Hit, tail: str) -> tuple[BookItem, ...]:
    found: dict[str, BookItem] = {}
    for item in hit.items:
        digits = digits_of(item.number)
        if not (2 <= len(tail) < len(digits)):
            continue
        letters = "".join(c for c in names.plain(item.number) if c.isalpha())
        for other in book.with_digits(digits[: -len(tail)] + tail, day):
            if "".join(c for c in names.plain(other.number) if c.isalpha()) == letters:
                found[other.id] = other
    return tuple(found.values())


def _ranges(reading: TextReading, hits: list[Hit], tails: list[Hit]) -> tuple[tuple[BookItem, BookItem], ...]:
    """Pairs with "à", "tot", "bis", "t/m", "to" or a dash between them."""
    spans = sorted((*hits, *tails), key=lambda h: h.start)
    found: list[tuple[BookItem, BookItem]] = []
    for before, after in pairwise(spans):
        between = [t.text for t in reading.tokens[before.end : after.start]]
        words = "".join(between)
        if words in ("-", "–", "T/M", "TM") or any(w in RANGE_WORDS for w in between):
            found.append((before.items[0], after.items[0]))
    return tuple(found)


def _strange(reading: TextReading, taken: set[int]) -> tuple[str, ...]:
    """Tight runs with three digits or more that are no number of ours: with the letters before them, or after an invoice word."""
    tokens = reading.tokens
    found: list[str] = []
    i = 0
    while i < len(tokens):
        end = _run_end(tokens, i)
        run = tokens[i:end]
        written = "".join(t.text for t in run)
        free = not any(p in taken or p in reading.order_tokens for p in range(i, end))
        digits = digits_of(written)
        if free and len(digits) >= 3 and not _is_year(written):
            found.append(written)
        i = end
    return tuple(found[:_MOST_STRANGE])


def _run_end(tokens: tuple[Token, ...], start: int) -> int:
    """The end of the run of tokens without white space between, marks that join numbers included."""
    end = start + 1
    while end < len(tokens) and not tokens[end].gap and (tokens[end].kind != "mark" or tokens[end].text in _JOINING):
        if tokens[end - 1].kind == "mark" and tokens[end - 1].text not in _JOINING:
            break
        end += 1
    return end


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal() and text[:2] in ("19", "20")


def reads_as(written: str, number: str) -> bool:
    """Whether a written number has all digits of this one, but for letters in their place or another prefix."""
    digits = "".join(_folded(written))
    return bool(digits) and digits == "".join(_folded(number))


def resembles(written: str, number: str) -> bool:
    """Whether a written number may stand for this one: letters for digits, no year, no zeros, last digits, one digit off."""
    token, whole = _folded(written), _folded(number)
    digits, own = "".join(token), "".join(whole)
    if len(digits) < 3:
        return False
    if digits == own or (len(digits) < len(own) and own.endswith(digits)):
        return True
    if [int(part) for part in token] == [int(part) for part in whole[-len(token) :]]:
        return True
    return len(own) >= 5 and abs(len(own) - len(digits)) <= 1 and _one_off(digits, own)


@lru_cache(maxsize=50_000)
def _folded(text: str) -> tuple[str, ...]:
    """The runs of digits of a number; letters that look like digits count as digits where they stand among them."""
    runs: list[str] = []
    for part in names.plain(text).replace("/", "-").replace(".", "-").replace("_", "-").replace(" ", "-").split("-"):
        first = next((i for i, c in enumerate(part) if c.isdecimal() or (i and c in "OIL")), None)
        if first is None:
            continue
        if first == 1 and part[0] == "O":
            first = 0
        folded = part[first:].translate(_FOLDED)
        runs.append(digits_of(folded))
    return tuple(runs)


def _one_off(a: str, b: str) -> bool:
    """Whether one digit was dropped, added, changed, or two neighbours swapped."""
    short, long = sorted((a, b), key=len)
    first = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    if len(short) == len(long):
        swapped = long[:first] + long[first + 1 : first + 2] + long[first : first + 1] + long[first + 2 :]
        return short[first + 1 :] == long[first + 1 :] or short == swapped
    return short[first:] == long[first + 1 :]
