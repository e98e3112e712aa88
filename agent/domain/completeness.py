"""What an invoice lacks for its collection, by the law of the creditor's country.

Nothing here stops an invoice from being followed: each lack is named to the creditor once, so that his next invoices stand better.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from agent.domain.findings import DocumentKind, InvoiceReading
from agent.domain.parties import Creditor
from agent.domain.terms import AT_ONCE, read_terms


class Lack(StrEnum):
    """Something that an invoice lacks; the sentence for it is templates/*/lacking.j2.

    Attributes:
        TERM: neither due date nor terms. Between businesses payment is then due 30 days after the invoice was received (directive
            2011/7/EU, article 3 (3) (b); BE law of 2 August 2002; FR C. com. L441-10; LU law of 18 April 2004; NL BW 6:119a;
            DE BGB § 286 (3)).
        DAY: "comptant", "à réception": the first day of delay depends on when the invoice came.
        LONG_TERM: more than 60 days between businesses. BE: counts as not agreed, 30 days apply (law of 14 August 2021);
            FR: 60 days, or 45 days to the end of the month, is the most (C. com. L441-10).
        SELLER_NUMBER: no enterprise or VAT number of the seller (named in the Belgian first reminder to consumers, CEL XIX.2).
        VAT_NUMBER: VAT is charged without the seller's VAT number (directive 2006/112/EC, article 226 (3)).
        EXEMPTION: no VAT is charged and nothing says why (article 226 (11)).
        ACCOUNT: no bank account to pay to.
        LATE_INTEREST: FR between businesses: the rate of the late-payment penalties (C. com. L441-9 and L441-10).
        LUMP_SUM: FR between businesses: the fixed 40 euro for collection costs (C. com. L441-10 and D441-5).
        CLAUSE: BE between businesses: no clause on interest or indemnity, so that the law's interest and 40 euro are all.
        CONSUMER_CLAUSE: BE consumers: interest and indemnity may be claimed only where the contract provides for them
            (Code of Economic Law, book XIX, since 1 September 2023).
        ANNOUNCEMENT: LU consumers: interest runs only if the invoice says that it will be claimed (law of 18 April 2004).
        DEFAULT_NOTICE: DE consumers: default after 30 days without a reminder only if the invoice says so (BGB § 286 (3)).
    """

    TERM = "term"
    DAY = "day"
    LONG_TERM = "long_term"
    SELLER_NUMBER = "seller_number"
    VAT_NUMBER = "vat_number"
    EXEMPTION = "exemption"
    ACCOUNT = "account"
    LATE_INTEREST = "late_interest"
    LUMP_SUM = "lump_sum"
    CLAUSE = "clause"
    CONSUMER_CLAUSE = "consumer_clause"
    ANNOUNCEMENT = "announcement"
    DEFAULT_NOTICE = "default_notice"


_MOST_DAYS = timedelta(days=60)
# FR: 45 days to the end of the month may run to 76 days from the invoice's date.
_MOST_DAYS_FR = timedelta(days=76)


def lacking(reading: InvoiceReading, creditor: Creditor, consumer: bool | None) -> tuple[Lack, ...]:
    """What this invoice lacks, in the order of an invoice's page; empty for credit notes and what is no claim.

    `consumer` is None while it is not known whether the buyer is one: then only what every invoice needs is looked for.
    """
    if reading.kind.value not in (DocumentKind.INVOICE, DocumentKind.CORRECTION):
        return ()
    return (
        *_of_term(reading, creditor.country, consumer),
        *_of_parties(reading),
        *_of_clauses(reading, creditor, consumer),
    )


def _of_term(reading: InvoiceReading, country: str, consumer: bool | None) -> list[Lack]:
    if reading.instalments or reading.direct_debit is not None:
        return []
    printed = reading.due_date is not None and not reading.due_date.where.rule.startswith("terms:")
    if reading.terms is not None and not printed and read_terms(reading.terms.value) == AT_ONCE:
        return [Lack.DAY]
    if reading.due_date is None:
        return [Lack.TERM] if reading.terms is None else []
    if consumer is False and reading.issue_date is not None and country in ("BE", "FR"):
        most = _MOST_DAYS_FR if country == "FR" else _MOST_DAYS
        return [Lack.LONG_TERM] if reading.due_date.value - reading.issue_date.value > most else []
    return []


def _of_parties(reading: InvoiceReading) -> list[Lack]:
    found = []
    numbers = (reading.seller_vat, reading.seller_enterprise, reading.seller_registration)
    charged = reading.vat is not None and reading.vat.value != 0
    untaxed = (reading.vat is not None and reading.vat.value == 0) or _all_at_nought(reading)
    if all(number is None for number in numbers):
        found.append(Lack.SELLER_NUMBER)
    elif charged and reading.seller_vat is None:
        found.append(Lack.VAT_NUMBER)
    if untaxed and not charged and reading.exemption is None:
        found.append(Lack.EXEMPTION)
    if reading.seller_iban is None and not reading.accounts and reading.direct_debit is None:
        found.append(Lack.ACCOUNT)
    return found


def _all_at_nought(reading: InvoiceReading) -> bool:
    return bool(reading.vat_lines) and all(line.rate == Decimal(0) for line in reading.vat_lines)


def _of_clauses(reading: InvoiceReading, creditor: Creditor, consumer: bool | None) -> list[Lack]:
    """The clauses about late payment; Belgian ones may also stand in general terms that the creditor sends along."""
    interest, fixed = reading.late_interest is not None, reading.indemnity is not None
    match creditor.country, consumer:
        case "FR", False:
            wanted = ((Lack.LATE_INTEREST, interest), (Lack.LUMP_SUM, fixed))
            return [lack for lack, printed in wanted if not printed]
        case "BE", False:
            return [] if interest or fixed or creditor.terms else [Lack.CLAUSE]
        case "BE", True:
            return [] if interest or fixed or creditor.terms else [Lack.CONSUMER_CLAUSE]
        case "LU", True:
            return [] if interest else [Lack.ANNOUNCEMENT]
        case "DE", True:
            return [] if interest else [Lack.DEFAULT_NOTICE]
        case _:
            return []
