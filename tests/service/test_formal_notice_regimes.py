"""Formal notices by regime: what is claimed of businesses and consumers, and what the guard holds back, through the whole program."""

from datetime import timedelta

from agent.config import load
from agent.domain.claims import claim_on
from agent.domain.ledger import Question
from agent.mail.outgoing import OutboxState
from agent.outbox.templates import folders
from tests.service.test_claims import ANN, BUSINESS, ON, staged
from tests.service.test_formal_notice import hand_over, item, notices, plain
from tests.service.world import BRUNO, TUESDAY

MORNING = TUESDAY.replace(hour=6)


def open_questions(world):
    """The questions about the invoice that nobody answered."""
    return [q.id for q in world.app.store.states(Question) if q.is_open and item(world).id in q.subjects]


def noticed(world, days=1):
    """The owner orders it, and days pass."""
    world.write(BRUNO, "mise en demeure 2026-501")
    world.days(days)


def test_a_business_is_asked_for_interest_and_the_fixed_sum(tmp_path):
    """Where the terms claim them: both with their arithmetic, in the sum, in the transfer."""
    world = staged(tmp_path, ON, moment=MORNING)
    hand_over(world)
    world.days(1)
    noticed(world)
    text = plain(notices(world, BUSINESS)[-1].get_body(("plain",)).get_content())
    claim = claim_on(
        item(world),
        world.app.store.ledger([item(world).invoice.debtor]).accounts[item(world).invoice.debtor],
        (item(world),),
        world.app.settings.charging(world.app.settings.creditors[0]),
        item(world).notice.on,
    )
    whole = item(world).balance + claim.due
    assert f"Montant : {str(whole.amount).replace('.', ',')} €" in text
    assert "loi du 2 août 2002" in text
    assert "40,00 €" in text
    world.close()


def test_a_belgian_consumer_waits_for_his_free_reminder(tmp_path):
    """Before the fourteen days are over the owner is told when; afterwards it leaves, with fifteen days to pay and no fixed sum
    that nobody agreed on."""
    world = staged(tmp_path, ON, moment=MORNING)
    hand_over(world, buyer=ANN)
    world.days(2)
    noticed(world, 2)
    assert not notices(world, ANN.email)
    assert "court encore" in plain(world.text("bruno@atelier-bruno.example"))
    world.days(14)
    noticed(world, 5)
    mail = notices(world, ANN.email)[-1]
    text = plain(mail.get_body(("plain",)).get_content())
    assert "médiation de dettes" in text
    assert "mis en demeure de payer 121,00 €" in text or "en demeure de payer 121,00 €" in text
    assert item(world).notice.deadline - item(world).notice.on >= timedelta(days=14)
    world.close()


def test_a_french_consumer_owes_interest_from_the_notice_on(tmp_path):
    """Only where the operator confirmed the rule; the notice says so itself."""
    top = '\n[legal]\nconfirmed = ["fr-consumer", "fr-legal-professional"]\n'
    world = staged(tmp_path, ON, "FR", top, MORNING)
    xml_buyer = ANN.__class__(ANN.name, ANN.street, "59000 Lille", "FR", "", ANN.email)
    hand_over(world, buyer=xml_buyer)
    world.days(1)
    noticed(world, 3)
    text = plain(notices(world, ANN.email)[-1].get_body(("plain",)).get_content())
    assert "article 1231-6 du Code civil" in text
    assert "121,00 €" in text
    world.close()


def test_what_the_guard_refuses_keeps_the_question(tmp_path):
    """A notice that breaks a rule is not written: the owner hears of the rule, nothing counts, and he may still answer."""
    world = staged(tmp_path, "", moment=MORNING)
    templates = tmp_path / "templates" / "fr"
    templates.mkdir(parents=True)
    hand_over(world)
    world.days(52)
    before = open_questions(world)
    assert before
    original = folders()[-1] / "fr" / "formal_notice.j2"
    (templates / "formal_notice.j2").write_text(
        original.read_text(encoding="utf-8").replace("Madame, Monsieur,", "Un huissier viendra."), encoding="utf-8"
    )
    config = tmp_path / "config.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace(
            'creditors = "creditors"', 'creditors = "creditors"\ntemplates_dir = "templates"'
        ),
        encoding="utf-8",
    )
    world.app = world.app.with_settings(load(config))
    noticed(world, 3)
    assert not notices(world, BUSINESS)
    assert item(world).notices == ()
    assert open_questions(world) == before
    assert all(m.kind != "formal_notice" for m in world.app.store.outbox(list(OutboxState)))
    assert any(
        "no-court-title" in plain(m.get_body(("plain",)).get_content())
        for m in world.mails("technique@comptoir.example")
    )
    world.close()
