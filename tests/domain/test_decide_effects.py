"""Which items a debtor's words and papers hold, and what they never do."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain import events as ev
from agent.domain.decide import DebtorMail, reply
from agent.domain.enclosures import EnclosureKind, EnclosureReading, RemittanceLine, Standing
from agent.domain.findings import Intent, ReplyReading
from agent.domain.ledger import HoldKind, Ledger
from agent.domain.letters import LetterKind
from agent.domain.parties import Role
from agent.domain.workdays import add_bank_days
from tests.builders import DEBTOR, TODAY, account, context, item

ITEMS = ("i1", "i2", "i3")
LEDGER = Ledger.of(
    [
        account(),
        item("i1", number="2026-118", due=date(2026, 1, 10), total="1210.00"),
        item("i2", number="2026-125", due=date(2026, 1, 20), total="605.00"),
        item("i3", number="2026-131", due=date(2026, 2, 1), total="88.50"),
    ]
)
WHO = {"role": Role.DEBTOR, "sender": DEBTOR}
PROOF = EnclosureReading(
    EnclosureKind.PAYMENT_PROOF,
    document="a" * 64,
    filename="preuve.pdf",
    on=TODAY - timedelta(days=2),
    amount=Decimal("605.00"),
    numbers=("2026-125",),
    standing=Standing.EXECUTED,
)
ADVICE = EnclosureReading(
    EnclosureKind.REMITTANCE,
    filename="avis.xlsx",
    on=TODAY + timedelta(days=6),
    amount=Decimal("1298.50"),
    lines=(
        RemittanceLine(("2026-118",), Decimal("1210.00")),
        RemittanceLine(("2026131",), Decimal("88.50")),
        RemittanceLine(("77-0001",), Decimal("10.00")),
    ),
)


def said(label, words="ses mots", **slots):
    return Intent(label, 0.95, words, "test", **slots)


def answer(*intents, needs_human=False, listed=ITEMS, enclosures=(), words="ses mots", ledger=LEDGER):
    mail = DebtorMail(ReplyReading(intents, words, "fr", needs_human), listed, enclosures=enclosures)
    return reply(ledger, ledger.accounts["d1"], mail, context(**WHO))


def held(decision, kind):
    after = decision.after(LEDGER)
    return [i for i in ITEMS if any(h.kind is kind for h in after.items[i].holds)]


@pytest.mark.parametrize(
    ("words", "slots", "disputed"),
    [
        ("La facture 2026-125 est fausse", {"numbers": ("2026-125",)}, ["i2"]),
        ("la 125 n'est pas correcte", {}, ["i2"]),
        ("De factuur van 605,00 klopt niet", {"amount": Decimal("605.00")}, ["i2"]),
        ("la deuxième est contestée", {}, ["i2"]),
        ("De tweede klopt niet", {}, ["i2"]),
        ("we dispute the third invoice", {}, ["i3"]),
        ("Die erste Rechnung stimmt nicht", {}, ["i1"]),
        ("la dernière n'est pas due", {}, ["i3"]),
        ("je conteste la première et la troisième facture", {}, ["i1", "i3"]),
        ("nous ne sommes pas d'accord", {}, ["i1", "i2", "i3"]),
        ("c'est la deuxième fois que je conteste", {}, ["i1", "i2", "i3"]),
        ("I dispute this for the second time", {}, ["i1", "i2", "i3"]),
        ("je conteste depuis 2026", {}, ["i1", "i2", "i3"]),
        ("vous réclamez 131 euros de trop", {}, ["i1", "i2", "i3"]),
    ],
)
def test_a_dispute_holds_what_it_names_and_all_when_it_names_none(words, slots, disputed):
    """By number, the end of a number, amount or place on the letter; ordinals of other things are no places."""
    assert held(answer(said("dispute", words, **slots)), HoldKind.DISPUTE) == disputed


@pytest.mark.parametrize(
    "others", ["les autres seront payées", "we pay the rest", "de andere betalen we", "die anderen zahlen wir"]
)
def test_the_others_are_those_that_no_other_clause_took(others):
    """A promise for the rest does not hold the disputed one, nor the dispute the rest."""
    decision = answer(
        said("dispute", "la 2026-118 est contestée", numbers=("2026-118",)),
        said("promise_to_pay", others, numbers=("2026-118",), on=TODAY + timedelta(days=4)),
    )
    assert held(decision, HoldKind.DISPUTE) == ["i1"]
    assert held(decision, HoldKind.PROMISE) == ["i2", "i3"]


def test_a_promise_that_names_nothing_leaves_out_what_is_disputed():
    """ "2026-118 is wrong. We pay on Friday." is not a promise to pay 2026-118."""
    decision = answer(
        said("dispute", "2026-118 is wrong", numbers=("2026-118",)),
        said("promise_to_pay", "we pay on Friday", numbers=("2026-118",), on=TODAY + timedelta(days=3)),
    )
    assert held(decision, HoldKind.PROMISE) == ["i2", "i3"]


def test_the_place_counts_in_the_order_of_our_letter():
    """The letter may list in another order than the books."""
    decision = answer(said("dispute", "la deuxième est fausse"), listed=("i3", "i1", "i2"))
    assert held(decision, HoldKind.DISPUTE) == ["i1"]


def test_a_proof_holds_longer_than_a_word_and_never_settles():
    """It holds the invoice that it names for twice the claim's days, and the creditor is asked to look at his bank."""
    decision = answer(said("claims_paid", "c'est payé, voir preuve"), enclosures=(PROOF,))
    (event,) = decision.events
    assert isinstance(event, ev.PaymentClaimed)
    assert (event.item, event.hold_until) == ("i2", add_bank_days(PROOF.on, 10, "BE"))
    notice, receipt = decision.letters
    assert (notice.code, notice.enclosures) == ("claimed_paid", (PROOF,))
    assert (receipt.kind, receipt.code) == (LetterKind.RECEIPT, "claim_proved")
    assert all(i.is_open for i in decision.after(LEDGER).items.values())


@pytest.mark.parametrize("needs_human", [True, False])
def test_a_proof_speaks_for_a_mail_without_words(needs_human):
    """An empty mail with a proof of payment says that it is paid."""
    decision = answer(enclosures=(PROOF,), needs_human=needs_human, words="")
    assert held(decision, HoldKind.CLAIM) == ["i2"]
    assert [x.code for x in decision.letters] == ["claimed_paid", "claim_proved"]


def test_a_payment_to_come_is_a_promise_of_its_day():
    """A remittance advice announces: the items that it lists are held until its day and its grace."""
    decision = answer(said("payment_advice", "voir annexe"), enclosures=(ADVICE,))
    assert held(decision, HoldKind.PROMISE) == ["i1", "i3"]
    assert {e.pay_on for e in decision.events} == {TODAY + timedelta(days=6)}


def test_an_advice_of_yesterday_is_a_claim():
    """What should have arrived is looked for."""
    decision = answer(enclosures=(replace(ADVICE, on=TODAY - timedelta(days=1)),))
    assert held(decision, HoldKind.CLAIM) == ["i1", "i3"]


def test_a_paper_about_other_invoices_holds_nothing_by_itself():
    """A payment whose lines and references are none of ours was made for something else."""
    other = replace(ADVICE, lines=(RemittanceLine(("77-0001",), Decimal("10.00")),), amount=Decimal("10.00"))
    decision = answer(enclosures=(other,))
    assert [type(e) for e in decision.events] == [ev.FollowUpPaused]
    assert decision.letters[0].code == "reply_unclear"
    assert decision.letters[0].enclosures == (other,)


def test_a_refused_payment_claims_nothing():
    """A bank's page that says "refused" proves no payment."""
    decision = answer(enclosures=(replace(PROOF, standing=Standing.REFUSED),))
    assert not any(isinstance(e, ev.PaymentClaimed) for e in decision.events)


@pytest.mark.parametrize(
    ("kind", "reason"), [(EnclosureKind.CREDIT_NOTE, "already_credited"), (EnclosureKind.COUNTER_CLAIM, "set_off")]
)
def test_a_credit_note_or_counter_claim_holds_what_it_names(kind, reason):
    """Its ground is the paper's; one that names nothing of ours is only shown."""
    paper = EnclosureReading(kind, filename="nc.pdf", numbers=("NC-7", "2026-131"), amount=Decimal("20.00"))
    (event,) = answer(enclosures=(paper,)).events
    assert (event.item, event.reason) == ("i3", reason)
    assert not any(isinstance(e, ev.DisputeRaised) for e in answer(enclosures=(replace(paper, numbers=()),)).events)


def test_a_judgment_of_insolvency_stops_everything():
    """The paper alone is enough."""
    paper = EnclosureReading(EnclosureKind.INSOLVENCY, filename="jugement.pdf")
    decision = answer(said("acknowledgement_only"), enclosures=(paper,))
    pause = next(e for e in decision.events if isinstance(e, ev.FollowUpPaused))
    assert (pause.until, pause.reason) == (None, "insolvency")
    assert decision.letters[0].urgent


def test_a_dispute_in_words_stands_beside_a_proof():
    """The paper says what is paid, the words what is not."""
    decision = answer(said("dispute", "la 2026-118 est fausse", numbers=("2026-118",)), enclosures=(PROOF,))
    assert (held(decision, HoldKind.DISPUTE), held(decision, HoldKind.CLAIM)) == (["i1"], ["i2"])


@pytest.mark.parametrize("label", ["insolvency", "ceased_or_deceased", "hostile", "legal_threat", "stop_contact"])
def test_what_stops_all_is_told_at_once_and_not_thanked_for(label):
    """Not in tomorrow's summary; and somebody who threatens gets no friendly receipt for the promise beside it."""
    decision = answer(said(label), said("promise_to_pay", "nous paierons", on=TODAY + timedelta(days=3)))
    assert decision.letters[0].urgent
    assert all(x.kind is not LetterKind.RECEIPT for x in decision.letters)


@pytest.mark.parametrize(
    ("words", "privacy"),
    [
        ("Arrêtez de m'écrire", False),
        ("Supprimez mes données (RGPD)", True),
        ("Verwijder mijn gegevens", True),
        ("Please delete my personal data", True),
        ("Löschen Sie meine Daten", True),
        ("stop mailing me", False),
    ],
)
def test_a_request_about_personal_data_bears_its_deadline(words, privacy):
    """The creditor answers it within a month (GDPR article 12(3)); a plain "stop" has none."""
    letter = answer(said("stop_contact"), words=words).letters[0]
    assert (("privacy", "yes") in letter.facts) is privacy
    assert letter.on == (TODAY + timedelta(days=30) if privacy else None)


def test_a_short_rest_never_shortens_a_longer_one():
    """A question during an insolvency, or during the creditor's own pause, changes nothing on it."""
    stopped = answer(said("insolvency")).after(LEDGER)
    again = answer(said("question_other"), ledger=stopped)
    assert again.events == ()
    assert again.letters[0].code == "question_other"


@pytest.mark.parametrize("enclosures", [(), (PROOF,), (ADVICE,), (PROOF, ADVICE)])
@pytest.mark.parametrize("label", ["claims_paid", "payment_notice", "credit_note", "approve", "withdraw", "write_off"])
def test_no_word_and_no_paper_of_a_debtor_settles_anything(label, enclosures):
    """Whatever he says or encloses: no payment, no settlement, no correction, no address."""
    allowed = (ev.PaymentClaimed, ev.PromiseToPayMade, ev.DisputeRaised, ev.FollowUpPaused)
    assert all(isinstance(e, allowed) for e in answer(said(label), enclosures=enclosures).events)
