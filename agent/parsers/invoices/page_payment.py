"""Where and how a printed page asks to pay: accounts with their role, references, direct debit, paid marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.domain.alternatives import any_of
from agent.domain.findings import Found
from agent.domain.invoice_parts import Account
from agent.parsers.api import ParserContext
from agent.parsers.invoices.layout import Cell
from agent.parsers.invoices.page_number import identifier
from agent.parsers.invoices.sheet import Sheet, where
from agent.parsers.lexers.folding import fold
from agent.parsers.lexers.labels import find_labels
from agent.parsers.lexers.numbers import (
    complete_iban,
    find_bics,
    find_ibans,
    find_malformed,
    find_structured,
    iban_begun,
)

_DEBIT = re.compile(
    r"prelev|domicili|incass|lastschrift|direct debit|mandat|eingezogen|abgebucht|abbuchung|einzug|debite|votre compte|uw rekening|your account|ihrem konto|afgeschreven|geind"
)
_DEBIT_ARRANGED = any_of(
    r"(?:sera|seront|est) preleve|avis de prelevement|par prelevement|prelevement automatique|date de prelevement|prelevement (?:a partir du|le|sepa)|par domiciliation|via domiciliation|domiciliation (?:bancaire|europeenne|sepa|active)|via domicili|per domicili|"
    r"domiciliering (?:op|van|actief)|automatische incasso|wordt (?:automatisch )?(?:geincasseerd|afgeschreven|geind)|by direct debit|direct debit (?:on|will|of|mandate)|per (?:sepa-?)?lastschrift|sepa-?lastschrift|wird (?:\w+ ){0,8}(?:eingezogen|abgebucht)|buchen wir|ziehen wir"
)
_FACTOR = any_of(
    r"subrog|factor|\bcede|cession|gecedeerd|overgedragen|abgetreten|abtretung|assigned|liberatoire|bevrijdend|schuldbefreiend|pandhouder"
)
_PAID_STAMP = frozenset(
    (
        "paye|payee|acquitte|acquittee|regle|reglee|betaald|voldaan|paid|bezahlt|beglichen|facture acquittee|facture payee|paid in full"
        "|betaling ontvangen|deja paye|deja payee|reeds betaald|already paid|bereits bezahlt|payment received|dankend erhalten"
        "|betrag dankend erhalten|pour acquit"
    ).split("|")
)
_PAID_WORDS = any_of(
    r"(?:facture|montant|somme) (?:deja )?(?:acquitte|paye|regle)e? (?:le|par|ce)|paye(?:e)? par (?:carte|bancontact|virement|cheque)|(?:factuur|bedrag) (?:werd|is) (?:reeds )?(?:betaald|voldaan)|reeds (?:betaald|voldaan) (?:op|per|via|met)|"
    r"rechnungsbetrag (?:wurde )?(?:bereits |dankend )?(?:beglichen|bezahlt|erhalten)|bereits (?:beglichen|bezahlt)|has (?:already )?been paid|paid (?:by|with|via) (?:card|credit|visa|paypal)|acquittee? le|betaald (?:op|per|met|via)|no payment (?:is )?(?:due|required)|aucun paiement"
)


# A Belgian communication is told from other figures by its stars or label; RF and Swiss QR references by their form.
_OGM_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Payment:
    """How to pay: the seller's account, or the factor's who stands in his place; `others` are more accounts of the seller's."""

    iban: Found[str] | None = None
    others: tuple[str, ...] = ()
    bic: Found[str] | None = None
    reference: Found[str] | None = None
    direct_debit: Found[bool] | None = None
    paid: Found[bool] | None = None
    accounts: tuple[Account, ...] = ()


@dataclass(frozen=True, slots=True)
class _Account:
    value: str
    valid: bool
    cell: Cell
    role: str


def read_payment(sheet: Sheet, buyer_cells: frozenset[Cell], context: ParserContext) -> Payment:
    """The account to pay, the reference to quote, and whether a payment is already arranged or made."""
    debit = _direct_debit(sheet)
    accounts = list(_accounts(sheet, buyer_cells, context))
    factor = [a for a in accounts if a.role == "factor"]
    sellers = factor or [a for a in accounts if a.role == "seller"]
    chosen = next((a for a in sellers if a.valid), sellers[0] if sellers else None)
    others = tuple(
        dict.fromkeys(a.value for a in sellers if chosen is not None and a.value != chosen.value and a.valid)
    )
    bic = _bic(sheet, chosen) if chosen is not None else None
    return Payment(
        iban=_iban(chosen) if chosen is not None else None,
        others=others,
        bic=bic,
        reference=read_reference(sheet),
        direct_debit=debit,
        paid=_paid(sheet),
        accounts=_with_roles(accounts, chosen, bic),
    )


def _with_roles(accounts: Sequence[_Account], chosen: _Account | None, bic: Found[str] | None) -> tuple[Account, ...]:
    """Every valid account once, the one to pay first, each with its role."""
    ordered = sorted((a for a in accounts if a.valid), key=lambda a: chosen is None or a.value != chosen.value)
    roles = {account.value: account.role for account in reversed(ordered)}
    own = chosen.value if chosen is not None and bic is not None else ""
    return tuple(Account(iban, roles[iban], bic.value if bic and iban == own else "") for iban in reversed(roles))


def _iban(account: _Account) -> Found[str]:
    sure = 0.985 if account.valid else 0.6
    rule = (
        "factor's account"
        if account.role == "factor"
        else "IBAN, control digits hold"
        if account.valid
        else "IBAN, control digits fail"
    )
    return Found(
        account.value,
        min(sure, max(account.cell.sure, 0.96) if account.valid else account.cell.sure),
        where(rule, account.cell),
    )


def _accounts(sheet: Sheet, buyer_cells: frozenset[Cell], context: ParserContext) -> Iterator[_Account]:
    for number, line in enumerate(sheet.lines):
        around = fold(
            " ".join(other.text for other in sheet.lines[max(0, number - 1) : number + 1] if other.page == line.page)
        )
        for cell in line.cells:
            for value, valid in _ibans_at(sheet, cell):
                labelled = (
                    valid or any(x.field == "iban" for c in line.cells for x in find_labels(c.text)) or "iban" in around
                )
                if labelled:
                    yield _Account(
                        value, valid, cell, _role(fold(line.text), around, cell in buyer_cells, value in context.ibans)
                    )


def _ibans_at(sheet: Sheet, cell: Cell) -> Iterator[tuple[str, bool]]:
    for found in find_ibans(cell.text):
        yield found.value, found.valid
    begun = iban_begun(cell.text)
    if begun:
        rests = [other.text for other in sheet.right_of(cell)[:1] + sheet.below(cell, cell)[:2]]
        whole = next((value for rest in rests if (value := complete_iban(begun, rest))), "")
        if whole:
            yield whole, True
            return
    labels = [x for c in (*_left_and_above(sheet, cell), cell) for x in find_labels(c.text) if x.field == "iban"]
    if labels and not any(True for _ in find_ibans(cell.text)):
        for malformed in find_malformed(cell.text, iban=True):
            yield malformed.value, False


def _role(line: str, around: str, in_buyer_block: bool, known: bool) -> str:
    if _FACTOR.search(around):
        return "factor"
    if known:
        return "seller"
    return "debtor" if in_buyer_block or _DEBIT.search(line) else "seller"


def _bic(sheet: Sheet, account: _Account) -> Found[str] | None:
    line = sheet.line_of(account.cell)
    at = line.number - sheet.lines[0].number
    for near in sheet.lines[max(0, at - 1) : at + 3]:
        for cell in near.cells:
            bics = [b for b in find_bics(cell.text) if b[4:6] == account.value[:2]]
            if bics:
                return Found(bics[0], 0.96, where("BIC beside the account", cell))
    return None


def read_reference(sheet: Sheet) -> Found[str] | None:
    """The structured communication or creditor reference; without one the text that the page asks to quote."""
    for valid_wanted in (True, False):
        for cell in sheet.cells:
            for found in find_structured(cell.text):
                marked = any(mark in cell.text for mark in ("++", "**")) or len(found.value) != _OGM_DIGITS
                labelled = marked or any(
                    x.field == "payment_reference"
                    for c in (cell, *_left_and_above(sheet, cell))
                    for x in find_labels(c.text)
                )
                if found.valid is valid_wanted and labelled:
                    sure = max(min(cell.sure, 0.985), 0.96) if found.valid else 0.5
                    return Found(found.value, sure, where("structured reference", cell))
    return _quoted(sheet)


def _left_and_above(sheet: Sheet, cell: Cell) -> list[Cell]:
    at = cell.line - sheet.lines[0].number
    near = [other for line in sheet.lines[max(0, at - 2) : at + 1] for other in line.cells]
    return [
        o
        for o in near
        if o.page == cell.page
        and o is not cell
        and (o.line == cell.line or abs(o.x0 - cell.x0) < 20)
        and cell.baseline - o.baseline < 40
    ]


def _quoted(sheet: Sheet) -> Found[str] | None:
    """The text behind the label: after its last colon, in the cell to the right, or below."""
    for named in sheet.named("payment_reference"):
        behind = named.cell.text[named.label.end :]
        if ":" in behind:
            value = identifier(behind.rpartition(":")[2])
            if value is not None and len(value) >= 3:
                return Found(value, min(0.95, named.cell.sure), where("reference to quote", named.cell, named.words))
        for spot in sheet.spots(named):
            text = spot.text.strip(" :.")
            whole = spot.relation == "right" and 3 <= len(text) <= 60 and any(c.isdigit() for c in text)
            value = text if whole else identifier(spot.text)
            if value is not None and len(value) >= 3:
                return Found(value, min(0.92, spot.cell.sure), where("reference to quote", spot.cell, named.words))
    return None


def _direct_debit(sheet: Sheet) -> Found[bool] | None:
    for line in sheet.lines:
        match = _DEBIT_ARRANGED.search(fold(line.text))
        if match:
            return Found(True, 0.93, where("direct debit announced", line.cells[0], match[0]))
    return None


def _paid(sheet: Sheet) -> Found[bool] | None:
    for cell in sheet.cells:
        folded = fold(cell.text).strip(" !.*-:")
        if folded in _PAID_STAMP and not any(c.isdigit() for other in sheet.right_of(cell) for c in other.text):
            return Found(True, 0.95, where("paid stamp", cell, cell.text))
        match = _PAID_WORDS.search(folded)
        if match and not re.search(r"\bsi\b|wenn|falls|indien|\bif\b|sauf|unless|tenzij", folded):
            return Found(True, 0.9, where("paid in words", cell, match[0]))
    return None
