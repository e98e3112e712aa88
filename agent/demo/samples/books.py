"""The people and the books that the sample letters stand on: one creditor, one debtor with items of every standing."""

from datetime import UTC, date, datetime

from agent.domain.invoices import Invoice
from agent.domain.ledger import DebtorAccount, Hold, HoldKind, ItemState, Ledger, OpenItem, Payment, Question
from agent.domain.money import Money
from agent.domain.parties import Agency, Contact, Creditor, Person, Role
from agent.outbox.facts import Facts

NOW = datetime(2027, 4, 12, 7, 30, tzinfo=UTC)
_ASKED = ("one_more", "wait", "escalate", "withdraw")
SECRET = b"the secret of the samples"
NAMES = {
    "fr": ("Menuiserie Lefèvre SRL", "Brasserie du Marché SA"),
    "nl": ("Schrijnwerkerij Peeters bv", "Brouwerij De Markt nv"),
    "en": ("Harbour Joinery Ltd", "Market Brewery Ltd"),
    "de": ("Tischlerei Hoffmann GmbH", "Brauerei am Markt AG"),
}


def creditor(language: str) -> Creditor:
    """A small company with one owner."""
    return Creditor(
        id="lefevre",
        name=NAMES[language][0],
        people=(Person("julie@lefevre.example", Role.OWNER, "Julie Lefèvre"),),
        language=language,
        ibans=("BE68539007547034",),
        address="12 quai des Usines\n1000 Bruxelles",
        phone="+32 2 555 01 23",
        website="www.lefevre.example",
        accent_colour="#2d6a4f",
    )


def _invoice(id_: str, number: str, issued: date, due: date | None, total: str, deposit: str = "0") -> Invoice:
    return Invoice(
        id=id_,
        creditor="lefevre",
        number=number,
        issue_date=issued,
        due_date=due,
        total=Money.of(total, "EUR"),
        deposit=Money.of(deposit, "EUR"),
        debtor="d1",
        credit_note=total.startswith("-"),
        iban="BE68539007547034",
        reference="090933755493",
        document="a" * 64,
        filename=f"{number}.pdf",
    )


def sample_ledger(language: str) -> Ledger:
    """One debtor with items of every standing."""
    registered = datetime(2027, 2, 2, 9, 0, tzinfo=UTC)
    first = _invoice("i1", "2027-041", date(2027, 1, 29), date(2027, 2, 28), "1850.00", "250.00")
    second = _invoice("i2", "2027-058", date(2027, 2, 15), date(2027, 3, 17), "642.51")
    note = _invoice("i3", "NC-2027-004", date(2027, 3, 2), None, "-96.80")
    later = _invoice("i4", "2027-097", date(2027, 3, 31), date(2027, 4, 30), "1210.00")
    promised = _invoice("i5", "2027-066", date(2027, 2, 20), date(2027, 3, 22), "484.00")
    unclear = _invoice("i6", "2027-118", date(2027, 4, 9), None, "2420.00")
    hold = Hold(HoldKind.PROMISE, date(2027, 4, 28), NOW, date(2027, 4, 25), words="25 avril")
    paid = (Payment(Money.of("400.00", "EUR"), date(2027, 4, 8), "bank"),)
    return Ledger.of(
        (
            DebtorAccount(
                "d1", "lefevre", NAMES[language][1], "BE0123456749", "BE", language,
                contacts=(Contact("compta@brasserie.example", "Compta"),),
            ),
            OpenItem(first, ItemState.FOLLOWED, registered, payments=paid, statements=(date(2027, 3, 8), date(2027, 3, 23))),
            OpenItem(second, ItemState.FOLLOWED, registered, statements=(date(2027, 3, 23),)),
            OpenItem(note, ItemState.FOLLOWED, registered),
            OpenItem(later, ItemState.FOLLOWED, registered),
            OpenItem(promised, ItemState.FOLLOWED, registered, holds=(hold,)),
            OpenItem(unclear, ItemState.REVIEW, registered, doubts=("due_date",)),
            Question("q1", "lefevre", "fields", ("i6",), (), "julie@lefevre.example", "", registered),
            Question("q2", "lefevre", "after_last_statement", ("i1",), _ASKED, "julie@lefevre.example", "", NOW),
        )
    )  # fmt: skip


def sample_facts(language: str) -> Facts:
    """The facts that every sample stands on."""
    agency = Agency(
        "Relance Services", "relance@agence.example", "Relance", "ops@agence.example", domain="agence.example"
    )
    return Facts(
        ledger=sample_ledger(language),
        agency=agency,
        now=NOW,
        secret=SECRET,
        creditor=creditor(language),
        thread=("<one@agence.example>", ("<one@agence.example>",)),
    )
