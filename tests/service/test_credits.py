"""Whatever is seen before a statement leaves stops it: a payment, a credit note, a claim; and who is in credit is not reminded."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from agent.demo import mails
from agent.demo.cast import AGENCY, OPERATOR
from agent.domain.ledger import HoldKind, ItemState
from agent.errors import TemporaryError
from agent.mail.outgoing import OutboxState
from agent.service.daemon import Daemon
from agent.service.tick import run_due
from agent.service.work import deliver, once
from tests.service.test_bank import camt
from tests.service.test_channels import Sick
from tests.service.world import BRUNO, CHLOE, DEBTOR, TUESDAY, World
from tests.walks.invoices import credit_note

BATIPLUS = "compta@batiplus.example"
NINE = TUESDAY.replace(hour=9)


@pytest.fixture
def world(tmp_path):
    """One invoice is long overdue; it is before nine, so nothing was sent."""
    world = World.built(tmp_path, TUESDAY.replace(hour=7))
    world.hand_over("2026-501")
    assert world.mails(BATIPLUS) == []
    yield world
    world.close()


def slip_in(world, sender, text="", *, cc="", to=AGENCY, proved=True, **files):
    """Put a mail into the watched mailbox and do nothing yet."""
    mail = mails.letter(world.pen(sender, proved=proved), to, "Facture", text or "Voir annexe.", cc=cc)
    for name, content in files.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    world.written.append((world.clock.now(), mail))
    world.deliver(mail.as_bytes())


SEEN = {
    "bank file": (BRUNO, "Extrait", {"e_xml": camt(("121.00", "facture 2026-501", "r1"))}),
    "owner": (BRUNO, "payé 2026-501", {}),
    "staff": (CHLOE, "2026-501 est payée", {}),
    "money on account": (BRUNO, "Reçu de Batiplus un acompte sur compte de 121 €", {}),
    "credit note": (BRUNO, "Voici", {"n_xml": credit_note("NC-1", "2026-501")}),
    "claim": (DEBTOR, "Nous avons payé la facture 2026-501 hier.", {}),
    "promise": (DEBTOR, "Nous paierons la facture 2026-501 le 20 mars.", {}),
}


@pytest.mark.parametrize("way", SEEN)
def test_what_is_seen_at_a_minute_to_nine_stops_the_statement_of_nine(world, way):
    """It waits in the mailbox when the hour strikes: it is read first."""
    sender, text, files = SEEN[way]
    world.clock.set(NINE - timedelta(minutes=1))
    slip_in(world, sender, text, **files)
    world.clock.set(NINE)
    world.work()
    world.days(1)
    assert [m for m in world.mails(BATIPLUS) if m["Subject"].startswith("Votre relevé")] == []


@pytest.mark.parametrize("way", SEEN)
def test_it_stops_one_that_is_written_and_waits_in_the_outbox(world, way):
    """The statement is in the queue; just before it leaves the books are looked at again."""
    sender, text, files = SEEN[way]
    world.clock.set(NINE)
    run_due(world.app)
    assert [m.kind for m in world.app.store.outbox([OutboxState.QUEUED])] == ["statement"]
    slip_in(world, sender, text, **files)
    world.work()
    world.days(1)
    assert [m for m in world.mails(BATIPLUS) if m["Subject"].startswith("Votre relevé")] == []
    assert [m.kind for m in world.app.store.outbox([OutboxState.CANCELLED])] == ["statement"]


def test_without_any_of_it_the_statement_leaves_at_nine(world):
    """The tests above stop something that would have left."""
    world.clock.set(NINE)
    world.work()
    assert len(world.mails(BATIPLUS)) == 1


def test_mail_that_is_not_read_yet_holds_every_statement_back(world):
    """It is not read, for whatever reason: nothing is written to a debtor, and nothing that is written leaves."""
    world.clock.set(NINE)
    waiting = replace(world.app, unread=tuple(c.name for c in world.app.channels))
    run_due(waiting)
    assert list(world.app.store.outbox([OutboxState.QUEUED])) == []
    world.clock.advance(timedelta(minutes=2))
    run_due(world.app)
    deliver(replace(waiting), waiting.channels[0])
    assert world.mails(BATIPLUS) == []
    world.clock.advance(timedelta(minutes=5))
    world.work()
    assert len(world.mails(BATIPLUS)) == 1


def test_a_mailbox_that_cannot_be_read_holds_statements_for_a_day_at_most(world):
    """Then they leave all the same, and the operator hears of it once."""
    channel = world.app.channels[0]
    sick = Sick(channel.mailbox)
    sick.error = TemporaryError("no route to host")
    app = replace(world.app, channels=(replace(channel, mailbox=sick),))
    for hour in range(9, 33):
        world.clock.set(TUESDAY.replace(hour=9) + timedelta(hours=hour - 9))
        with pytest.raises(TemporaryError):
            once(app)
        assert world.mails(BATIPLUS) == []
    for minutes in (5, 15, 30):
        world.clock.set(NINE + timedelta(days=1, minutes=minutes))
        with pytest.raises(TemporaryError):
            once(app)
    assert len(world.mails(BATIPLUS)) == 1
    assert len([m for m in world.mails(OPERATOR) if "statements leave" in m.get_body(("plain",)).get_content()]) == 1


def test_the_daemon_looks_into_the_mailbox_before_it_does_what_is_due(world):
    """Even when no server told of new mail, and its next look was not yet to come."""
    daemon = Daemon(world.app, lambda: world.app.settings)
    for _ in range(3):
        daemon.turn()
    slip_in(world, BRUNO, "payé 2026-501")
    world.clock.set(NINE)
    daemon.turn()
    daemon.turn()
    assert world.mails(BATIPLUS) == []
    assert world.items()["2026-501"].state is ItemState.SETTLED


def test_a_credit_note_is_taken_off_its_invoice_and_shown(world):
    """Forwarded like an invoice: the creditor reads what it took off, the debtor's statement shows it as credited, not as paid."""
    world.write(BRUNO, "Voici la note de crédit", n_xml=credit_note("NC-1", "2026-501", "21.00"))
    assert "100,00" in world.text("bruno@atelier-bruno.example")
    assert "2026-501" in world.text("bruno@atelier-bruno.example")
    world.clock.set(NINE)
    world.work()
    text = world.text(BATIPLUS)
    assert "Note de crédit" in text
    assert "100,00" in text
    assert "Payé :" not in text


def test_a_credit_note_for_what_is_paid_is_kept_or_paid_back(world):
    """Its creditor owes money: he is asked, and his answer does it."""
    world.write(BRUNO, "payé 2026-501")
    world.write(BRUNO, "Voici", n_xml=credit_note("NC-1", "2026-501"))
    assert "question" in world.sent()
    world.choose(BRUNO, "NC-1", "2")
    note = world.items()["NC-1"]
    assert note.state is ItemState.SETTLED
    assert [p.evidence for p in note.payments] == ["refund"]


def test_a_credit_without_an_invoice_is_deducted_on_the_statement_alone(world):
    """No invoice is called settled by it; more credit than debt, and no statement leaves."""
    world.hand_over("2026-502")
    world.write(BRUNO, "Voici", n_xml=credit_note("NC-7", "", "100.00"))
    world.clock.set(NINE)
    world.work()
    (statement,) = world.mails(BATIPLUS)
    assert "142,00" in statement.get_body(("plain",)).get_content()
    assert [i.state for n, i in world.items().items() if n.startswith("2026")] == [ItemState.FOLLOWED] * 2
    world.write(BRUNO, "Voici encore", n_xml=credit_note("NC-8", "", "150.00"))
    world.days(40)
    assert len([m for m in world.mails(BATIPLUS) if m["Subject"].startswith("Votre relevé")]) == 1


def test_money_on_account_is_deducted_until_the_creditor_uses_it(world):
    """Told in words; on the statement; set off and paid back at his word; the debtor himself can do nothing of the kind."""
    world.write(BRUNO, "Reçu de Batiplus un acompte sur compte de 50 €")
    (account,) = {i.invoice.debtor for i in world.items().values()}

    def kept():
        return world.app.store.ledger([account]).accounts[account].on_account("EUR").amount

    assert kept() == 50
    world.write(DEBTOR, "Gardez 70 € d'acompte sur compte de Batiplus")
    assert kept() == 50
    world.write(BRUNO, "reprendre 2026-501")
    world.days(9)
    statements = [m for m in world.mails(BATIPLUS) if m["Subject"].startswith("Votre relevé")]
    text = statements[0].get_body(("plain",)).get_content()
    assert "71,00" in text
    assert "Avoir sur compte" in text
    world.write(BRUNO, "Imputez l'avoir sur 2026-501")
    assert world.items()["2026-501"].balance.amount == 71
    assert kept() == 0
    world.reply(BRUNO, "2026-501", "annuler")
    assert (world.items()["2026-501"].balance.amount, kept()) == (121, 50)
    world.write(BRUNO, "Remboursé à Batiplus")
    assert kept() == 0


def test_a_claim_that_no_money_follows_is_asked_about_and_then_goes_on(world):
    """Held for bank days, asked for the proof once, told to the creditor; a proof makes the creditor look; nothing is settled."""
    world.clock.set(NINE)
    world.work()
    world.reply(DEBTOR, "2026-501", "Nous avons payé cette facture hier.")
    assert world.items()["2026-501"].hold(TUESDAY.date()).kind is HoldKind.CLAIM
    world.days(10)
    subjects = [m["Subject"] for m in world.mails(BATIPLUS)]
    assert len([s for s in subjects if "retrouver" in s]) == 1
    assert any("Preuve de paiement demandée" in m["Subject"] for m in world.mails("bruno@atelier-bruno.example"))
    world.days(20)
    kinds = [k for k in world.sent() if k in ("statement", "proof_request")]
    assert kinds == ["statement", "proof_request", "statement", "statement"]
    assert world.items()["2026-501"].payments == ()
    days = sorted(
        m.sent_at for m in world.app.store.outbox([OutboxState.SENT]) if m.kind in ("statement", "proof_request")
    )
    assert all((b - a).days >= 6 for a, b in pairwise(days))


def test_a_proof_request_is_not_sent_when_the_money_came_meanwhile(world):
    """Written and in the queue, it is looked at again before it leaves."""
    world.write(DEBTOR, "Nous avons payé la facture 2026-501 hier.")
    due = datetime.combine(world.items()["2026-501"].holds[0].until, NINE.timetz()) + timedelta(days=1)
    world.clock.set(due)
    run_due(world.app)
    world.clock.advance(timedelta(days=3))
    run_due(world.app)
    queued = [m.kind for m in world.app.store.outbox([OutboxState.QUEUED])]
    assert "proof_request" in queued
    slip_in(world, BRUNO, "payé 2026-501")
    world.work()
    assert "proof_request" not in world.sent()


def test_books_of_before_open_and_verify(world):
    """The chain of events verifies with everything of this kind in it."""
    world.write(BRUNO, "Voici", n_xml=credit_note("NC-1", "2026-501", "21.00"))
    world.write(BRUNO, "Reçu de Batiplus un acompte sur compte de 50 €")
    assert world.app.store.verify() == []
