"""Invoices and credit notes as the ledger keeps them: what was read and confirmed, in plain values."""

from dataclasses import dataclass
from datetime import date

from agent.domain.dunning_plan import PlanChange
from agent.domain.invoice_parts import Discount, Instalment
from agent.domain.money import Money


@dataclass(frozen=True, slots=True)
class Invoice:
    """One claim on a debtor (or, with `credit_note`, on the creditor: its total is then negative).

    Attributes:
        id: made once from creditor, number and document; never changes, also when a field is corrected.
        debtor: id of the debtor's account; empty while the debtor is not known.
        due_date: None while it is asked about; such an invoice is never followed.
        total: including VAT. deposit: paid before the invoice was handed over.
        reference: structured communication (12 digits), RF reference or free text to quote; "" when there is none.
        foreign_ibans: what its documents name for payment that was not known as the creditor's when it was handed over, the
            account to pay first. While one of them is not confirmed, no copy of it leaves.
        names_debtors_account: its documents name an account that reads as the debtor's own. Nobody is asked about it,
            and no copy leaves: who wants to be paid on it would print it just there.
        instalments: the parts in which it is due by itself, in the order of their days; the due date is then that of the last one.
        discounts: what may be deducted by whoever pays early.
        corrects: the numbers of the invoices that a credit note names.
        document: SHA-256 of the file, "" when the invoice was given in words. other_documents: its XML or further copies.
    """

    id: str
    creditor: str
    number: str
    issue_date: date
    due_date: date | None
    total: Money
    deposit: Money
    debtor: str = ""
    credit_note: bool = False
    iban: str = ""
    reference: str = ""
    document: str = ""
    other_documents: tuple[str, ...] = ()
    filename: str = ""
    consumer: bool | None = None
    plan: PlanChange = PlanChange()
    corrects: tuple[str, ...] = ()
    foreign_ibans: tuple[str, ...] = ()
    names_debtors_account: bool = False
    instalments: tuple[Instalment, ...] = ()
    discounts: tuple[Discount, ...] = ()

    @property
    def due(self) -> Money:
        """What was owed when the invoice was handed over: the total less the deposit."""
        return self.total - self.deposit
