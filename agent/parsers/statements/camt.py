"""Bank statements in ISO 20022: camt.052 (report), camt.053 (statement) and camt.054 (notification), all versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from agent.domain.findings import BankStatementReading, Entry, Unreadable
from agent.parsers import xml
from agent.parsers.statements import normal

_UNITS = {"Stmt": "camt.053", "Rpt": "camt.052", "Ntfctn": "camt.054"}
# Version 1 wrote its own number behind the name of the message.
_MESSAGES = {n + v for n in ("BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn") for v in ("", "V01")} | {
    f"camt.{n}.001.01" for n in ("052", "053", "054")
}
# Comments of a bank's own may stand before the message; an envelope may wrap it.
_HEAD = 64_000
_NAMED = re.compile(rb"xsd:camt\.05[234]|<(?:\w{1,20}:)?(?:BkToCstmr|camt\.05[234])")
# Sub-families of the bank transaction code that are returns (ISO 20022 external code set): return, reject, unpaid, reimbursement.
_RETURNS = {"RRTN", "RPCR", "UPDD", "UPCT", "PRDD", "ARET", "PRCT"}
_STATUS = (("Sts",), ("Sts", "Cd"), ("Sts", "Prtry"))
_PARTS = frozenset({"Acct", "CreDtTm", "Bal", "TxsSummry", "Ntry"})
_MAX_ENTRIES = 200_000


@dataclass(slots=True)
class _Unit:
    """What was met of one statement so far."""

    format: str
    account: str = ""
    currency: str = ""
    day: date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    summary: xml.Element | None = None
    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def recognises(content: bytes) -> bool:
    """Whether this looks like XML with a camt message in it."""
    head = content[:_HEAD].replace(b"\x00", b"")
    return b"<" in head[:400] and _NAMED.search(head) is not None


def read(content: bytes) -> tuple[BankStatementReading, ...] | Unreadable:
    """One reading for each statement, report or notification; Unreadable when there is none or the XML breaks off."""
    readings: list[BankStatementReading] = []
    unit: _Unit | None = None
    for path in xml.stream(content, "Ntry", _PARTS | frozenset(_UNITS)):
        if isinstance(path, Unreadable):
            return path
        names = [element.tag for element in path[-3:]]
        if len(names) == 3 and names[1] in _MESSAGES and names[2] in _UNITS:
            readings.append(_finished(unit or _Unit(_UNITS[names[2]])))
            unit = None
        elif len(names) == 3 and names[0] in _MESSAGES and names[1] in _UNITS:
            unit = unit or _Unit(_UNITS[names[1]])
            _take(unit, names[2], path[-1])
            if len(unit.entries) > _MAX_ENTRIES:
                return Unreadable("too_large", f"more than {_MAX_ENTRIES} movements")
    return tuple(readings) or Unreadable("broken", "no statement in this message")


def _take(unit: _Unit, name: str, element: xml.Element) -> None:
    match name:
        case "Acct":
            unit.account = _account(element)
            unit.currency = xml.text(element, "Ccy")
        case "CreDtTm":
            unit.day = unit.day or _iso_day((element.text or "").strip())
        case "Bal":
            _take_balance(unit, element)
        case "TxsSummry":
            unit.summary = element
        case "Ntry":
            entry = _entry(element, unit.currency or "EUR", unit.day)
            if isinstance(entry, Entry):
                unit.entries.append(entry)
            else:
                unit.problems.append(entry)


def _take_balance(unit: _Unit, element: xml.Element) -> None:
    code = xml.text(element, "Tp", "CdOrPrtry", "Cd") or xml.text(element, "Tp", "Cd")
    amount = _signed(element)
    if code == "OPBD" or (code == "PRCD" and unit.opening is None):
        unit.opening = amount
    elif code == "CLBD":
        unit.closing = amount
        unit.day = _day(element, "Dt") or unit.day


def _finished(unit: _Unit) -> BankStatementReading:
    problems = (*unit.problems, *_summary_problems(unit))
    reading = BankStatementReading(
        unit.format,
        normal.account(unit.account),
        unit.currency or next((e.currency for e in unit.entries), "EUR"),
        tuple(unit.entries),
        unit.opening,
        unit.closing,
        problems,
    )
    return normal.finished(reading)


def _summary_problems(unit: _Unit) -> Iterator[str]:
    booked = [e for e in unit.entries if not e.pending]
    sides = (
        ("credits", "TtlCdtNtries", [e for e in booked if e.amount > 0]),
        ("debits", "TtlDbtNtries", [e for e in booked if e.amount < 0]),
    )
    for what, name, entries in sides:
        number = xml.text(unit.summary, name, "NbOfNtries")
        total = normal.plain_amount(xml.text(unit.summary, name, "Sum"))
        if number.isdecimal() and int(number) != len(entries):
            yield f"{what}: {number} ≠ {len(entries)}"
        if total is not None and total != sum((abs(e.amount) for e in entries), Decimal(0)):
            yield f"{what}: {total} ≠ {sum((abs(e.amount) for e in entries), Decimal(0))}"


def _entry(element: xml.Element, currency: str, statement_day: date | None) -> Entry | str:
    """The movement, or the problem with it. One without a day of its own was booked by the day of its statement."""
    amount = _signed(element)
    booked_on = _day(element, "BookgDt") or _day(element, "ValDt") or statement_day
    if amount is None or booked_on is None:
        return f"a movement without amount or day: {xml.text(element, 'NtryRef') or xml.text(element, 'AcctSvcrRef')}"
    amount_element = xml.child(element, "Amt")
    status = next((s for names in _STATUS if (s := xml.text(element, *names))), "")
    total = Entry(
        amount,
        (amount_element.get("Ccy") if amount_element is not None else None) or currency,
        booked_on,
        _day(element, "ValDt"),
        bank_reference=xml.text(element, "AcctSvcrRef") or xml.text(element, "NtryRef"),
        pending=bool(status) and not status.upper().startswith("BOOK"),
        reversal=xml.text(element, "RvslInd").lower() in ("true", "1"),
        return_reason=_return_code(element),
    )
    details = [*xml.children(element, "NtryDtls", "TxDtls"), *xml.children(element, "TxDtls")]
    further = xml.text(element, "AddtlNtryInf")
    if len(details) == 1:
        return _detailed(total, details[0], further)
    parts = normal.batch_parts(total, (p for d in details if (p := _part(total, d)) is not None))
    return replace(total, remittance=normal.clean(further), parts=parts)


def _part(total: Entry, details: xml.Element) -> Entry | None:
    """One payment of a batch: its own amount and direction, else the batch's direction."""
    paths = (("Amt",), ("AmtDtls", "TxAmt", "Amt"), ("AmtDtls", "InstdAmt", "Amt"))
    element = next((e for names in paths if (e := xml.child(details, *names)) is not None), None)
    value = normal.plain_amount(xml.text(element))
    if element is None or value is None or element.get("Ccy", total.currency) != total.currency:
        return None
    direction = xml.text(details, "CdtDbtInd") or ("DBIT" if total.amount < 0 else "CRDT")
    reference = xml.text(details, "Refs", "AcctSvcrRef") or total.bank_reference
    part = replace(total, amount=-value if direction == "DBIT" else value, bank_reference=reference)
    return _detailed(part, details, "")


def _detailed(entry: Entry, details: xml.Element, further: str) -> Entry:
    free = _free(details)
    structured = next(_structured(details), "")
    return_reason = xml.text(details, "RtrInf", "Rsn", "Cd") or xml.text(details, "RtrInf", "Rsn", "Prtry")
    returned = xml.child(details, "RtrInf") is not None
    name, iban = _counterparty(details, entry)
    return replace(
        entry,
        counterparty_name=name,
        counterparty_iban=iban,
        remittance=normal.clean(free or xml.text(details, "AddtlTxInf") or further),
        structured_reference=normal.structured_reference(structured, free) or structured,
        end_to_end=_end_to_end(details),
        reversal=entry.reversal or returned,
        return_reason=return_reason or (_return_code(details) or entry.return_reason),
    )


def _free(details: xml.Element) -> str:
    """What the payer wrote: his lines, further words of a structured remittance, and the numbers of the documents it names."""
    lines = [" ".join((u.text or "").split()) for u in xml.children(details, "RmtInf", "Ustrd")]
    for told in xml.children(details, "RmtInf", "Strd"):
        lines += [" ".join((u.text or "").split()) for u in xml.children(told, "AddtlRmtInf")]
        lines += [xml.text(document, "Nb") for document in xml.children(told, "RfrdDocInf")]
    return " ".join(dict.fromkeys(line for line in lines if line))


def _structured(details: xml.Element) -> Iterator[str]:
    for information in xml.children(details, "RmtInf", "Strd", "CdtrRefInf"):
        yield xml.text(information, "Ref") or xml.text(information, "CdtrRef")


def _end_to_end(details: xml.Element) -> str:
    value = xml.text(details, "Refs", "EndToEndId")
    return "" if value.upper() == "NOTPROVIDED" else value


def _return_code(element: xml.Element) -> str:
    code = xml.text(element, "BkTxCd", "Domn", "Fmly", "SubFmlyCd")
    return code if code in _RETURNS else ""


def _counterparty(details: xml.Element, entry: Entry) -> tuple[str, str]:
    """Who is on the other side. A reversal keeps the parties of the payment that it takes back."""
    incoming = (entry.amount > 0) != entry.reversal
    roles = ("Dbtr", "UltmtDbtr") if incoming else ("Cdtr", "UltmtCdtr")
    parties = xml.child(details, "RltdPties")
    names = [xml.text(parties, role, "Nm") or xml.text(parties, role, "Pty", "Nm") for role in roles]
    holder = xml.child(parties, roles[0] + "Acct")
    return next((n for n in names if n), ""), "" if holder is None else normal.account(_account(holder))


def _account(element: xml.Element) -> str:
    return xml.text(element, "Id", "IBAN") or xml.text(element, "Id", "Othr", "Id") or _old_account(element)


def _old_account(element: xml.Element) -> str:
    """Version 1 wrote national account numbers under their own names."""
    return next((xml.text(element, "Id", n, "Id") or xml.text(element, "Id", n) for n in ("PrtryAcct", "BBAN")), "")


def _signed(element: xml.Element) -> Decimal | None:
    """The amount with the sign of its direction, which decides also where a bank writes a minus as well."""
    value = normal.plain_amount(xml.text(element, "Amt"))
    side = xml.text(element, "CdtDbtInd")
    return value if value is None or side not in ("CRDT", "DBIT") else abs(value) * (-1 if side == "DBIT" else 1)


def _day(element: xml.Element, name: str) -> date | None:
    return _iso_day(xml.text(element, name, "Dt") or xml.text(element, name, "DtTm") or xml.text(element, name))


def _iso_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return normal.day_of(day.year, day.month, day.day)
