"""The facts inside a sentence: dates, amounts, invoice numbers, addresses. They become placeholders that the lexicons can name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from agent.parsers.lexers.reply_dates import SaidDate, find_dates

_MAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>]{1,300}")
_IBAN = re.compile(r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b")
_COMMUNICATION = re.compile(
    r"[+*]{3} ?\d{3} ?/ ?\d{4} ?/ ?\d{5} ?[+*]{3}|\b\d{3}/\d{4}/\d{5}\b|\brf\d{2}[a-z0-9]{4,21}\b"
)
_PHONE = re.compile(r"(?:\+|\b00)\d{2}[\d ./()-]{6,16}\d|\b0\d{1,3}(?:[ ./-]\d{2,3}){2,4}\b")
_NUMERAL = r"\d{1,3}(?:[. ]\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}[.,]\d{1,2}(?!\d)|\d{1,9}"
_CURRENCY = r"€|euros?|eur|eu|balles|usd|\$|£|gbp|chf|pounds?|quid"
_AMOUNT = re.compile(
    rf"(?:(?:€|\beur|\beuro|\$|£|\bchf|\busd|\bgbp) ?({_NUMERAL})(?:,-|,--|\.-)?)"
    rf"|(?<![\w/.-])(?:({_NUMERAL})(?:,-|,--|\.-)? ?(?:{_CURRENCY})(?![a-z]))"
)
# Without a currency only two decimals make an amount, and only where they make no date ("20.03.").
_BARE_AMOUNT = re.compile(
    r"(?<![\w/.,-])(\d{1,3}(?:[. ]\d{3})*,\d{2}|\d{1,9},\d{2}|\d{1,3}(?:,\d{3})*\.\d{2}|\d{2,9}\.\d{2}|\d{1,9},-)(?![\w/%-]|[.,]\d)"
)
_INVOICE = (
    r"(?:factures?|fact|fac|fctr|facturen|factuur|factuurnummer|factuurnr|invoices?|inv|rechnung(?:en)?|rechnungs?nummer|rechnungsnr|rg|re-nr|"
    r"numeros?|nummers?|nrs?|numbers?|no|n°|nos|document|doc|piece|beleg|belegnr|referenties?|references?|ref)"
)
_NUMBER_AFTER_WORD = re.compile(
    rf"\b{_INVOICE}[.: #]*(?:(?:n°|nr|no|numero|number|nummer|n|num|nbr|met nummer|mit der nummer|#)[.: ]*)?(?<=[^\w])"
    r"((?:[a-z]{1,6}[-/ .]?)?\d[a-z0-9]*(?:[-/._][a-z0-9]+){0,4})"
)
_NUMBER_ALONE = re.compile(
    r"(?<![\w/.,@-])(?:[a-z]{1,6}[-/.]?\d{1,8}(?:[-/._][a-z]{0,4}\d{1,8}){1,3}|[a-z]{1,4}[-/]?\d{3,10}|[a-z]{1,5}-\d{1,10}|\d{2,8}(?:[-/][a-z]{0,4}\d{2,8}){1,3}"
    r"|\d{4}[a-z]{1,3}\d{2,6})(?![\w/@-]|\.\w)"
)
_MORE_NUMBERS = re.compile(
    r" ?(?:,|&|\+|;|et|en|and|und|ainsi que|alsook)(?: (?:la|de|le|the|die|der|n°|nr\.?|no\.?|facture|factuur|invoice|rechnung))* (\d[a-z0-9]*(?:[-/._][a-z0-9]+){0,4})\b"
)
_NOT_NUMBERS = re.compile(
    r"(?:24[/-]7|50[/-]50|covid-?19|[a-z]{2}\d{4}$|\d{1,2}h\d{0,2}|a4|b2b|co2|19|2\d|iso-?\d+|mp\d|v\d|kw-?\d{1,2}|w\d{2}|s\d{2}|q[1-4]|t[1-4])"
)


@dataclass(frozen=True, slots=True)
class Slots:
    """The facts of one sentence and its words as a line of tokens: " nous paierons #date , si …"."""

    line: str
    dates: tuple[SaidDate, ...]
    amounts: tuple[Decimal, ...]
    numbers: tuple[str, ...]
    addresses: tuple[str, ...]
    ibans: tuple[str, ...]
    communications: tuple[str, ...]


def parse_amount(text: str) -> Decimal | None:
    """The decimal a European or English amount means ("1.250,00", "1 250", "1,250.00", "500,-"); None when it is none."""
    digits = re.sub(r"[^\d.,-]", "", text).rstrip("-").rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+,\d{1,2}", digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?", digits):
        digits = digits.replace(",", "")
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


_Span = tuple[int, int, str]


def read_slots(folded: str, received: date) -> Slots:
    """The facts of a folded sentence; earlier kinds win where two would read the same characters."""
    spans: list[_Span] = []
    mails = _take(_MAIL, folded, "#mail", spans)
    _take(_URL, folded, "#url", spans)
    ibans = _take(_IBAN, folded, "#iban", spans)
    communications = _take(_COMMUNICATION, folded, "#ref", spans)
    _take(_PHONE, folded, "#phone", spans)
    numbers = _after_words(folded, spans)
    _take(_AMOUNT, folded, "#amount", spans)
    dates = []
    for said in find_dates(folded, received):
        if _free(spans, said.start, said.end):
            spans.append((said.start, said.end, "#date"))
            dates.append(said)
    _take(_BARE_AMOUNT, folded, "#amount", spans)
    numbers += _alone(folded, spans)
    amounts = [folded[start:end] for start, end, name in sorted(spans) if name == "#amount"]
    return Slots(
        line=_line(folded, spans),
        dates=tuple(dates),
        amounts=tuple(value for value in map(parse_amount, amounts) if value is not None),
        numbers=tuple(dict.fromkeys(one.upper() for one in numbers)),
        addresses=tuple(one.rstrip(".-") for one in mails),
        ibans=tuple(one.replace(" ", "").upper() for one in ibans),
        communications=tuple(one.replace(" ", "").upper() for one in communications),
    )


def _free(spans: list[_Span], start: int, end: int) -> bool:
    return not any(start < taken_end and taken_start < end for taken_start, taken_end, _ in spans)


def _take(pattern: re.Pattern[str], folded: str, name: str, spans: list[_Span]) -> list[str]:
    found = []
    for match in pattern.finditer(folded):
        if _free(spans, match.start(), match.end()):
            spans.append((match.start(), match.end(), name))
            found.append(match[0])
    return found


def _after_words(folded: str, spans: list[_Span]) -> list[str]:
    """Numbers that a word such as "facture" announces, and those that follow them in a list."""
    found = []
    for match in _NUMBER_AFTER_WORD.finditer(folded):
        here: re.Match[str] | None = match
        while here:
            number = here[1].rstrip(".-/_")
            end = here.start(1) + len(number)
            digits = sum(char.isdigit() for char in number)
            if digits < 2 or _is_no_number(folded, number, end) or not _free(spans, here.start(1), end):
                break
            spans.append((here.start(1), end, "#number"))
            found.append(number)
            here = _MORE_NUMBERS.match(folded, end)
    return found


def _is_no_number(folded: str, number: str, end: int) -> bool:
    """Whether the figures after "facture" are a date or an amount."""
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})", number):
        return True
    return bool(re.match(rf" ?(?:,\d{{2}}\b|{_CURRENCY})(?![a-z])", folded[end : end + 8])) or bool(
        re.fullmatch(r"\d+\.\d{2}", number)
    )


def _alone(folded: str, spans: list[_Span]) -> list[str]:
    found = []
    for match in _NUMBER_ALONE.finditer(folded):
        if _free(spans, match.start(), match.end()) and not _NOT_NUMBERS.fullmatch(match[0]):
            spans.append((match.start(), match.end(), "#number"))
            found.append(match[0])
    return found


# A comma, a bracket or a word of contrast opens a new segment: what is denied in one is not denied in the next.
_CONTRAST = frozenset(
    "mais cependant toutefois neanmoins sinon or maar echter evenwel anders doch but however though although otherwise yet aber jedoch "
    "allerdings sondern sonst".split()
)
_STOPS = frozenset(",;:()-")
_TOKEN = re.compile(r"#[a-z]+|[a-z]+|\d[\d.,/:]*|[,;:()?!%€&+\"-]|[\U0001F300-\U0001FAFF☀-➿]")


def _line(folded: str, spans: list[_Span]) -> str:
    pieces, at = [], 0
    for start, end, name in sorted(spans):
        pieces.append(folded[at:start])
        pieces.append(f" {name} ")
        at = end
    pieces.append(folded[at:])
    tokens: list[str] = []
    for token in _TOKEN.findall("".join(pieces)):
        if token in _STOPS | _CONTRAST:
            if tokens and tokens[-1] != ",":
                tokens.append(",")
            if token in _STOPS:
                continue
        tokens.append(token)
    return " " + " ".join(tokens)


def written_address(slots: Slots, line: str) -> str | None:
    """The first address of a line, as it was written: one whose accents were folded away would be somebody else's."""
    return slots.addresses[0] if slots.addresses and slots.addresses[0] in line.lower() else None
