"""What the small print of a page says: clauses about late payment, a cession to a factor, why no VAT is charged, who the buyer is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from agent.domain.findings import Found, InvoiceReading
from agent.parsers.invoices.page_text import Paragraph
from agent.parsers.invoices.reading import business_by_number
from agent.parsers.lexers.clauses import find_cession, find_exemption, find_indemnity, find_late_interest
from agent.parsers.lexers.folding import fold

T = TypeVar("T")
_SURE = 0.95
_MANDATE = re.compile(
    r"(?:mandat(?:e|s)?(?:sreferen[sz]\w{0,2}|snummer)?|mandaat\w{0,12}|rum|umr)\s?(?:ref\w{0,8}|id|n°|no|nr)?\.?\s?[:=]?\s(?P<value>[A-Z0-9][A-Z0-9/._+-]{4,34})",
    re.IGNORECASE,
)
# Creditor identifier of SEPA: country, two control digits, a business code, the national number (EPC262-08).
_CREDITOR_ID = re.compile(r"\b[A-Z]{2}\d{2}(?:ZZZ|[A-Z0-9]{3})[A-Z0-9]{6,28}\b")
_CREDITOR_WORDS = re.compile(
    r"\bics\b|creditor id|creancier|glaubiger|incassant|schuldeiser|crediteur|identifiant sepa"
)
_COMPANY = re.compile(
    r"\b(?:s\.?p\.?r\.?l\.?|s\.?r\.?l\.?|b\.?v\.?b\.?a\.?|b\.?v\.?|n\.?v\.?|s\.?a\.?s?\.?u?|s\.?a\.?r\.?l\.?|eurl|s\.?n\.?c\.?|v\.?o\.?f\.?|gmbh|ag|ohg|kg|ug|ltd|llc|inc|plc|s\.?e\.?|s\.?c\.?|sci|selarl|comm\.?v)\b\.?",
)
_PERSON = re.compile(
    r"^(?:m\.|mr\.?|mrs\.?|ms\.?|mme|mlle|monsieur|madame|herrn?|frau|familie|famille|dhr\.?|mevr\.?|mw\.?|de heer|mevrouw)\s"
)
_PRIVATE = re.compile(
    r"\b(?:client particulier|particuliere klant|privatkunde|private customer|consumer sale|vente a un particulier)\b"
)


def with_clauses(reading: InvoiceReading, texts: Sequence[Paragraph]) -> InvoiceReading:
    """The reading with what running text says; each clause with its words and its place."""
    if reading.late_interest is None:
        reading = replace(reading, late_interest=_first(texts, find_late_interest, "late interest"))
    if reading.indemnity is None:
        reading = replace(reading, indemnity=_first(texts, find_indemnity, "indemnity for late payment"))
    if reading.exemption is None and not _charges_vat(reading):
        reading = replace(reading, exemption=_first(texts, find_exemption, "why no VAT"))
    return _with_buyer(_with_mandate(_with_cession(reading, texts), texts), texts)


def _first(texts: Iterable[Paragraph], find: Callable[[str], tuple[T, int] | None], rule: str) -> Found[T] | None:
    for text in texts:
        found = find(text.text)
        if found is not None:
            cell = text.cell(found[1])
            return Found(found[0], min(_SURE, cell.sure), text.place(found[1], rule))
    return None


def _charges_vat(reading: InvoiceReading) -> bool:
    return reading.vat is not None and bool(reading.vat.value)


def _with_cession(reading: InvoiceReading, texts: Sequence[Paragraph]) -> InvoiceReading:
    """A claim that passed to a factor: whoever pays the seller all the same may have to pay twice, so that a person looks at it."""
    cession = _first(texts, find_cession, "the claim passed to a factor")
    if cession is None:
        return reading
    doubts = reading.uncertain
    if reading.seller_iban is not None and not any(a.role == "factor" for a in reading.accounts):
        doubts = (*doubts, "seller_iban")
    return replace(
        reading, cession=cession, uncertain=doubts, checks=(*reading.checks, "note: cession, the factor is to be paid")
    )


def _with_mandate(reading: InvoiceReading, texts: Sequence[Paragraph]) -> InvoiceReading:
    if reading.direct_debit is None:
        return reading
    for text in texts:
        match = _MANDATE.search(text.text)
        if match and reading.mandate is None and any(c.isdigit() for c in match["value"]):
            place = text.place(match.start("value"), "mandate", text.text[match.start() : match.start("value")].strip())
            reading = replace(reading, mandate=Found(match["value"].rstrip("."), 0.93, place))
        creditor = _CREDITOR_ID.search(text.text) if _CREDITOR_WORDS.search(fold(text.text)) else None
        if creditor and reading.creditor_identifier is None:
            place = text.place(creditor.start(), "creditor identifier")
            reading = replace(reading, creditor_identifier=Found(creditor[0], 0.93, place))
    return reading


def _with_buyer(reading: InvoiceReading, texts: Sequence[Paragraph]) -> InvoiceReading:
    """Whether the buyer is a consumer, with the reason; left open where nothing on the page decides it (then he has a consumer's rights)."""
    if reading.consumer is not None:
        return reading
    decided = business_by_number(reading) or _by_words(reading, texts)
    return replace(reading, consumer=decided) if decided is not None else reading


def _by_words(reading: InvoiceReading, texts: Sequence[Paragraph]) -> Found[bool] | None:
    said = next(((t, m) for t in texts if (m := _PRIVATE.search(fold(t.text))) is not None), None)
    if said is not None:
        return Found(True, 0.93, said[0].place(said[1].start(), "consumer: the page says so", said[1][0]))
    name = reading.buyer_name
    if name is None or name.confidence < 0.9:
        return None
    folded = fold(name.value)
    if _COMPANY.search(folded):
        return Found(False, 0.95, replace(name.where, rule="business: a company by its name"))
    if _PERSON.match(folded) and reading.buyer_vat is None:
        return Found(True, 0.9, replace(name.where, rule="consumer: a person without a VAT number"))
    return None
