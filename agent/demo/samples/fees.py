"""A fee statement for the samples (both phases, money taken back, a payment without a rate), and a list that was sent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.demo.samples.lists import listed
from agent.domain.collected import Collected
from agent.domain.fees import FeeLine, FeeStatement
from agent.domain.letters import Letter, LetterKind
from agent.domain.money import Money
from agent.domain.phases import Phase


def sample_fees() -> tuple[FeeStatement, ...]:
    """The fees of March 2027 on four payments of one debtor."""
    first = Collected(
        id="i1/1",
        item="i1",
        number="2027-041",
        debtor="d1",
        debt=Money.of("1600.00", "EUR"),
        amount=Money.of("400.00", "EUR"),
        on=date(2027, 3, 8),
        recorded=date(2027, 3, 9),
        proof="bank",
        evidence="statement-0308@bank.example",
        reference="2027-03-08/0017",
    )
    told = replace(
        first, id="i2/1", item="i2", number="2027-058", amount=Money.of("642.51", "EUR"), proof="owner", reference=""
    )
    old = replace(
        first, id="i9/1", item="i9", number="2026-377", amount=Money.of("980.00", "EUR"), reference="2027-03-11/0004"
    )
    back = replace(first, id="i1/2", amount=Money.of("-400.00", "EUR"), on=date(2027, 3, 12), of="i1/1")
    lines = (
        FeeLine(first, Phase.ENCAISSEMENT, Decimal("1.5"), Money.of("6.00", "EUR")),
        FeeLine(told, Phase.ENCAISSEMENT, None, Money.of("0.00", "EUR")),
        FeeLine(old, Phase.RECOUVREMENT, Decimal(12), Money.of("117.60", "EUR")),
        FeeLine(back, Phase.ENCAISSEMENT, Decimal("1.5"), Money.of("-6.00", "EUR")),
    )
    net, vat = Money.of("117.60", "EUR"), Money.of("24.70", "EUR")
    return (FeeStatement("lefevre", date(2027, 3, 1), date(2027, 3, 31), lines, net, vat, Decimal(21)),)


def sample_table(letter: Letter, code: str) -> Letter:
    """A fee statement, or a letter about a list."""
    if letter.kind is LetterKind.STATEMENT_LIST:
        return listed(letter, code)
    if letter.kind is LetterKind.FEE_STATEMENT:
        return replace(letter, items=(), account="", on=date(2027, 3, 1), fees=sample_fees())
    return sample_list(letter, code)


def sample_list(letter: Letter, code: str) -> Letter:
    """A letter about a list of five rows."""
    columns = (("N° facture", "number"), ("Client", "buyer_name"), ("Échéance", "due_date"), ("Montant TTC", "total"))
    facts = [("file", "factures-ouvertes.xlsx")]
    if code != "left":
        facts += [("rows", "5"), *(("column", f"{head}|{field}") for head, field in columns)]
        facts += [("count", "registered|3"), ("count", "review|1"), ("count", "conflict|1")]
        facts.append(("difference", "6|total: 1850.00 / 1900.00"))
    if code == "mistakes":
        facts += [("mistake", "4|bad_date:31/02/2027"), ("mistake", "5|no_name")]
    choices = ("import_list", "leave_list") if code == "preview" else ()
    return replace(letter, items=(), account="", on=None, facts=tuple(facts), choices=choices)
