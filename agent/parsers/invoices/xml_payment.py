"""How a structured invoice asks to be paid: accounts with their roles, references, direct debit, a payee beside the seller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.domain import references
from agent.domain.findings import Found, InvoiceReading, Where
from agent.domain.invoice_parts import Account
from agent.parsers.invoices import xml_fields as xf
from agent.parsers.invoices.xml import Element

_DEBIT = "direct_debit"


@dataclass(frozen=True, slots=True)
class Paying:
    """The elements of EN 16931 BG-16 to BG-19 and BG-10, wherever a syntax keeps them."""

    codes: Sequence[Element] = ()
    accounts: Sequence[Element] = ()
    bic: Element | None = None
    references: Sequence[Element | None] = ()
    debtor: Element | None = None
    mandate: Element | None = None
    creditor: Element | None = None
    payee: Element | None = None


def with_payment(reading: InvoiceReading, paying: Paying) -> InvoiceReading:
    """The reading with everything about paying. Where the payee has a name of its own, its accounts are a factor's."""
    means = [word for code in paying.codes if (word := xf.means(code)) is not None]
    payee = xf.text(paying.payee, "BT-59")
    if payee is not None and reading.seller_name is not None and payee.value == reading.seller_name.value:
        payee = None
    bic = xf.number(paying.bic, "BT-86")
    ibans = [number for account in paying.accounts if (number := xf.number(account, "BT-84")) is not None]
    debtor = xf.number(paying.debtor, "BT-91")
    role = "seller" if payee is None else "factor"
    accounts = [Account(i.value, role, bic.value if bic and index == 0 else "") for index, i in enumerate(ibans)]
    accounts += [Account(debtor.value, "debtor")] if debtor is not None else []
    debit = _direct_debit(means, paying, ibans)
    return replace(
        reading,
        seller_iban=ibans[0] if ibans else None,
        other_ibans=tuple(dict.fromkeys(i.value for i in ibans[1:] if i.value != ibans[0].value)),
        accounts=tuple(dict.fromkeys(accounts)),
        seller_bic=bic,
        payment_reference=_reference(paying.references),
        payment_means=means[0] if means else None,
        direct_debit=debit,
        mandate=xf.text(paying.mandate, "BT-89"),
        creditor_identifier=xf.number(paying.creditor, "BT-90"),
        payee_name=payee,
    )


def _reference(elements: Sequence[Element | None]) -> Found[str] | None:
    """The first reference; one whose control digits hold goes before free text."""
    found = [value for element in elements if (value := xf.reference(element, "BT-83")) is not None]
    structured = (
        r for r in found if references.structured_communication(r.value) or references.creditor_reference(r.value)
    )
    return next(structured, found[0] if found else None)


def _direct_debit(means: Sequence[Found[str]], paying: Paying, ibans: Sequence[Found[str]]) -> Found[bool] | None:
    """Whether the seller collects the money himself: by the code of the means, or, without one, by the mandate."""
    coded = next((word for word in means if word.value == _DEBIT), None)
    if coded is not None:
        return Found(True, coded.confidence, coded.where)
    sign = paying.mandate or paying.debtor or (paying.creditor if not ibans else None)
    if sign is not None and not means:
        return Found(True, xf.SURE, Where("BT-89 or BT-90 without another means", path=sign.path))
    return None
