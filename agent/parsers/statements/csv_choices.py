"""The columns of one table: where headings are not enough, or two of them claim one role, the cells decide, else there is doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.parsers.statements import csv_values
from agent.parsers.statements.csv_columns import Columns, Role, compact, role_of, side, state

_BANK_REFERENCE = re.compile(r"(?=[^\s]*\d)[A-Z0-9/.-]{8,40}", re.IGNORECASE)
_BOOKING = re.compile(r"boek|compta|book|buchung|complet|settle|reglement")
_DATE_LIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{8}")
_ACCOUNT_LIKE = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{6,30}|\d{3}-?\d{7}-?\d{2}|\d{6,14}")
_PAYER = re.compile(r"payer|zahler|zahlungspflicht|donneurdordre|betaler|debiteur|debtor|emetteur")
_PAYEE = re.compile(r"payee|zahlungsempf|beneficiaire|begunstigde|creditor(?!id)|crediteur|beneficiary|destinataire")


def columns(header: Sequence[str], rows: Sequence[Sequence[str]], own: str = "") -> Columns:
    """The columns of a table with this header; `own` is the account that the lines above it name.

    Where two columns claim one role, their headings and cells decide, else there is doubt.
    """
    roles = [role_of(cell) for cell in header]
    _settle_by_cells(roles, rows)
    _choose_accounts(roles, rows, own)
    _choose_date(roles, header, rows)
    _choose_names(roles, header, rows)
    _choose_reference(roles, header, rows)
    doubt = _choose_amount(roles, rows)
    _find_sign(roles, rows)
    _find_status(roles, rows)
    return Columns(tuple(roles), doubt)


def _cells(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column].strip() for row in rows if column < len(row)]


def _filled(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    return [cell for cell in _cells(rows, column) if cell.strip("-")]


def _settle_by_cells(roles: list[Role], rows: Sequence[Sequence[str]]) -> None:
    """A bare "contrepartie" is a name or an account, a bare "valuta" a day, a currency or an amount: the cells tell."""
    for column, role in enumerate(roles):
        filled = _filled(rows, column)
        if role is Role.PARTY:
            accounts = sum(1 for cell in filled if _is_account(cell))
            roles[column] = Role.IBAN if accounts * 2 > len(filled) else Role.NAME
        elif role is Role.VALUE_DATE and filled:
            if all(re.fullmatch(r"[A-Z]{3}", cell) for cell in filled):
                roles[column] = Role.CURRENCY
            elif not any(_DATE_LIKE.match(cell) for cell in filled):
                roles[column] = (
                    Role.AMOUNT if all(csv_values.amount(c, ",") is not None for c in filled) else Role.OTHER
                )


def _is_account(cell: str) -> bool:
    return bool(_ACCOUNT_LIKE.fullmatch(cell.replace(" ", "")))


def _choose_accounts(roles: list[Role], rows: Sequence[Sequence[str]], own: str) -> None:
    """A bare "account" is the other party's when cells are empty, or behind its name, or when the file names another as its own."""
    if Role.IBAN in roles or Role.ACCOUNT not in roles:
        return
    parties = [i for i, role in enumerate(roles) if role in (Role.NAME, Role.PAYER, Role.PAYEE)]
    for column in (i for i, role in enumerate(roles) if role is Role.ACCOUNT):
        cells, filled = _cells(rows, column), _filled(rows, column)
        accounts = sum(map(_is_account, filled)) * 3 > len(filled)
        behind = any(name < column <= name + 3 for name in parties)
        others = bool(own) and own not in {cell.replace(" ", "") for cell in filled}
        if filled and (len(filled) < len(cells) or (accounts and (behind or others))):
            roles[column] = Role.IBAN
            return


def _choose_date(roles: list[Role], header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The booking day is what counts; other days of an operation are left out. Days under an unknown heading stand in for none."""
    found = [i for i, role in enumerate(roles) if role is Role.DATE]
    if not found:
        unknown = [i for i, role in enumerate(roles) if role is Role.OTHER and _all_days(_cells(rows, i))]
        found = unknown[:1]
        for column in found:
            roles[column] = Role.DATE
    if not found and Role.VALUE_DATE in roles:
        roles[roles.index(Role.VALUE_DATE)] = Role.DATE
        return
    best = next((i for i in found if _BOOKING.search(compact(header[i]))), found[0] if found else None)
    for column in found:
        if column != best:
            roles[column] = Role.OTHER


def _all_days(cells: Sequence[str]) -> bool:
    return bool(cells) and all(_DATE_LIKE.match(cell) for cell in cells)


def _choose_names(roles: list[Role], header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A bare "name" is the other party's only when it differs from row to row; the holder's own stays the same.

    Where one column names payers and another payees, the side of the money will tell which of them is the other party.
    """
    for column, role in enumerate(roles):
        if role is Role.OWN_NAME:
            varied = len(set(_cells(rows, column))) > 1
            roles[column] = Role.NAME if varied and Role.NAME not in roles else Role.OTHER
    names = [i for i, role in enumerate(roles) if role is Role.NAME]
    payers = [i for i in names if _PAYER.search(compact(header[i])) and not _PAYEE.search(compact(header[i]))]
    payees = [i for i in names if _PAYEE.search(compact(header[i])) and not _PAYER.search(compact(header[i]))]
    if payers and payees and len(names) == 2:
        roles[payers[0]], roles[payees[0]] = Role.PAYER, Role.PAYEE


def _choose_reference(roles: list[Role], header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A "reference" beside other texts is the bank's own when all its cells look made by a machine, else the payer's words."""
    for column, role in enumerate(roles):
        if role is not Role.TEXT or not compact(header[column]).startswith("refer"):
            continue
        filled = [cell for cell in _cells(rows, column) if cell]
        others = any(r in (Role.TEXT, Role.LABEL) for i, r in enumerate(roles) if i != column)
        if others and filled and all(_BANK_REFERENCE.fullmatch(cell) for cell in filled):
            roles[column] = Role.REFERENCE


def _choose_amount(roles: list[Role], rows: Sequence[Sequence[str]]) -> str:
    """Of several amounts those that always agree stand for one another; else the one that makes the running balance."""
    found = [i for i, role in enumerate(roles) if role is Role.AMOUNT]
    sides = Role.DEBIT in roles and Role.CREDIT in roles
    for column in [i for i in found if sides and not _filled(rows, i)]:
        roles[column] = Role.OTHER
        found.remove(column)
    if len(found) > 1:
        proved = [i for i in found if _makes_balance(roles, rows, i)]
        agreeing = all(_cells(rows, i) == _cells(rows, found[0]) for i in found[1:])
        if not agreeing and len(proved) != 1:
            return "amounts: several columns hold amounts"
        for column in found:
            if column != (found[0] if agreeing else proved[0]):
                roles[column] = Role.OTHER
    if Role.DATE not in roles:
        return "no_day: no column holds the day"
    if not found and (roles.count(Role.DEBIT) > 1 or roles.count(Role.CREDIT) > 1):
        return "sides: several columns hold debits or credits"
    return ""


def _makes_balance(roles: Sequence[Role], rows: Sequence[Sequence[str]], column: int) -> bool:
    """Whether these amounts lead from each balance to the next, in one of the two orders of time."""
    if Role.BALANCE not in roles:
        return False
    balances = [csv_values.amount(c, ",") for c in _cells(rows, roles.index(Role.BALANCE))]
    amounts = [csv_values.amount(c, ",") for c in _cells(rows, column)]
    known = [(a, b) for a, b in zip(amounts, balances, strict=False) if a is not None and b is not None]
    return len(known) > 1 and csv_values.chained(known)


def _find_sign(roles: list[Role], rows: Sequence[Sequence[str]]) -> None:
    """Where amounts bear no sign, a column whose every cell says debit or credit gives it, whatever its heading."""
    if Role.SIGN in roles or Role.AMOUNT not in roles:
        return
    if any("-" in cell for cell in _cells(rows, roles.index(Role.AMOUNT))):
        return
    for column, role in enumerate(roles):
        cells = [cell for cell in _cells(rows, column) if cell]
        if role is Role.OTHER and cells and all(side(cell) for cell in cells):
            roles[column] = Role.SIGN
            return


def _find_status(roles: list[Role], rows: Sequence[Sequence[str]]) -> None:
    """A column whose every cell says booked, pending or refused tells the status, whatever its heading."""
    if Role.STATUS in roles:
        return
    for column, role in enumerate(roles):
        cells = _filled(rows, column)
        states = {state(cell) for cell in cells}
        if role is Role.OTHER and cells and "unknown" not in states and any(s != "done" for s in states):
            roles[column] = Role.STATUS
            return
