"""`relance import`: lists of invoices and customers, shown first, taken over in one commit, once."""

from pathlib import Path

import pytest

from agent.cli import main
from agent.config import load
from agent.domain.ledger import DebtorAccount, ItemState, OpenItem
from agent.mail.outgoing import OutboxState
from agent.service.bootstrap import build, close
from agent.service.requests import folder_of, honour_requests
from agent.store.tinydb_store import TinyStore

HEAD = "Facture;Client;Date facture;Échéance;Montant TTC;Solde;TVA client;E-mail\n"
GOOD = (
    "F-1;Lumière SARL;02/01/2026;01/02/2026;1.000,00;400,00;;achats@lumiere.example\n"
    "F-2;Lumière SARL;05/01/2026;04/02/2026;250,00;250,00;;achats@lumiere.example\n"
)


class Desk:
    """A configuration with books, and the command on it."""

    def __init__(self, config: Path, capsys) -> None:
        self.config, self.capsys = config, capsys

    def take(self, text: str, *options: str, code: int = 0, name: str = "list.csv") -> str:
        """Import this text; what the command says."""
        file = self.config.parent / name
        file.write_text(text, encoding="utf-8")
        assert main(["import", str(file), "--creditor", "acme", *options, "--config", str(self.config)]) == code
        told = self.capsys.readouterr()
        return told.out + told.err

    def store(self) -> TinyStore:
        return TinyStore.open(self.config.parent / "state/relance.db", read_only=True)

    def items(self) -> dict[str, OpenItem]:
        store = self.store()
        try:
            return {i.invoice.number: i for i in store.items("acme")}
        finally:
            store.close()

    def events(self) -> int:
        store = self.store()
        try:
            return sum(1 for _ in store.events())
        finally:
            store.close()

    def letters(self) -> list[str]:
        store = self.store()
        try:
            return [
                m.text for m in store.outbox([OutboxState.QUEUED]) if m.kind == "acknowledgement" and "import:" in m.key
            ]
        finally:
            store.close()


@pytest.fixture
def desk(books: Path, capsys) -> Desk:
    return Desk(books, capsys)


def test_a_list_is_taken_over_once(desk):
    """Opening balances: what was paid counts as a deposit. The same file again changes nothing."""
    told = desk.take(HEAD + GOOD)
    assert "2 × followed" in told
    assert "Taken over." in told
    first = desk.items()["F-1"]
    assert (first.state, str(first.balance), str(first.invoice.deposit)) == (
        ItemState.FOLLOWED,
        "400.00 EUR",
        "600.00 EUR",
    )
    before = desk.events()
    told = desk.take(HEAD + GOOD)
    assert "2 × known, nothing changes" in told
    assert desk.events() == before
    assert desk.letters() == []


def test_a_rehearsal_shows_all_and_does_nothing(desk):
    """Which column was read as what, the first rows, and what would become of them."""
    before = desk.events()
    told = desk.take(HEAD + GOOD, "--dry-run")
    assert "Échéance" in told
    assert "due_date" in told
    assert "2 × followed" in told
    assert desk.events() == before


def test_a_changed_row_is_told_and_nothing_is_written_over(desk):
    """The books and the list side by side."""
    desk.take(HEAD + GOOD)
    told = desk.take(HEAD + GOOD.replace("250,00;250,00", "260,00;260,00"))
    assert "total: 250.00 / 260.00" in told
    assert str(desk.items()["F-2"].balance) == "250.00 EUR"


def test_an_invoice_that_came_by_mail_is_recognised(desk):
    """By its number on the account of the same customer."""
    told = desk.take(
        "Facture;Client;Date facture;Échéance;Montant TTC;TVA client\n2026-118;Durand SA;15/01/2026;14/02/2026;1.250,00;BE 0123.456.749\n"
    )
    assert "1 × known, nothing changes" in told


def test_mistakes_stop_everything_unless_they_are_left_out(desk):
    """Each is told with its row and what to do; nothing is taken over by halves."""
    bad = HEAD + GOOD + "F-3;;06/01/2026;;zut;;;\n"
    before = desk.events()
    told = desk.take(bad, code=1)
    assert "row 4: the customer's name is missing: fill it in; 'zut' is no amount" in told
    assert desk.events() == before
    desk.take(bad, "--skip-bad-rows")
    assert {"F-1", "F-2"} <= desk.items().keys()
    assert "F-3" not in desk.items()


def test_what_is_missing_is_asked_in_one_mail(desk):
    """The same doubts as for an invoice by mail: it is not followed before the owner's answer."""
    told = desk.take(HEAD + GOOD + "F-3;Lumière SARL;06/01/2026;;90,00;90,00;;\n")
    assert "row 4: due_date" in told
    assert desk.items()["F-3"].state is ItemState.REVIEW
    (letter,) = desk.letters()
    assert "F-3" in letter


def test_what_is_paid_or_the_creditors_own_is_left_out(desk):
    """A list of all invoices may be given."""
    told = desk.take(
        HEAD
        + "F-8;Lumière SARL;02/01/2026;01/02/2026;10,00;0,00;;x@lumiere.example\nF-9;Acme SRL;02/01/2026;01/02/2026;10,00;10,00;;\n"
    )
    assert "1 × left out: nothing is open on it" in told
    assert "1 × left out: the creditor himself is the customer" in told


def test_customers_are_opened_or_get_their_address(desk):
    """A known address is not written over; a name nearly like a known one opens nothing."""
    told = desk.take(
        "Nom;E-mail;TVA\nZénith SA;info@zenith.example;\nDurand SA;other@durand.example;BE0123456749\n",
        name="customers.csv",
    )
    assert "1 × new customer" in told
    assert "compta@durand.example / other@durand.example" in told
    store = desk.store()
    names = {a.name: a.contact.address for a in store.states(DebtorAccount, "acme")}
    store.close()
    assert names["Zénith SA"] == "info@zenith.example"
    assert "1 × known, nothing changes" in desk.take(
        "Nom;E-mail\nZénith SA;info@zenith.example\n", name="customers.csv"
    )


def test_while_the_service_runs_it_takes_the_list_over(desk, books):
    """It alone writes to the books: the list is left for it."""
    holder = TinyStore.open(books.parent / "state/relance.db")
    try:
        assert "in its next round" in desk.take(HEAD + GOOD)
    finally:
        holder.close()
    (request,) = folder_of(books.parent / "state").iterdir()
    assert request.suffix == ".import"
    app = build(load(books))
    assert honour_requests(app) == 1
    close(app)
    assert desk.items()["F-1"].state is ItemState.FOLLOWED


@pytest.mark.parametrize(
    ("text", "why"),
    [("nothing\n", "no row of headings"), ("Facture;Date;Montant\n1;02/01/2026;1,00\n", "customers' names")],
)
def test_what_is_no_list_is_said_so(desk, text, why):
    """With what is missing."""
    assert why in desk.take(text, code=1)
