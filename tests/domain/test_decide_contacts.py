"""Who is written to: proposed by others, confirmed by the creditor's people with one word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.domain import events as ev
from agent.domain.decide import DebtorMail, automatic_answer, bounce, instructed, reply
from agent.domain.decide.mail_systems import soft_failures
from agent.domain.findings import (
    AutoReplyReading,
    BounceReading,
    FailedRecipient,
    Instruction,
    InstructionReading,
    Intent,
    ReplyReading,
    ReportKind,
)
from agent.domain.ledger import Ledger
from agent.domain.letters import LetterKind
from agent.domain.parties import Contact, Role
from tests.builders import DEBTOR, OWNER, STAFF, TODAY, account, context, item

LEDGER = Ledger.of([account(), item("i1"), item("i2")])
NEW = "factures@client.example"


def told(label="change_of_contact", contact=NEW, ledger=LEDGER, source="mail-1"):
    intent = Intent(label, 0.95, "écrivez à…", "test", contact=contact)
    who = context(role=Role.DEBTOR, sender=DEBTOR, source=source)
    return reply(ledger, ledger.accounts["d1"], DebtorMail(ReplyReading((intent,), "…")), who)


def answered(decision, kind, role=Role.OWNER, ledger=LEDGER, **more):
    after = decision.after(ledger)
    question = next(q for q in after.questions.values() if q.is_open)
    sender = OWNER if role is Role.OWNER else STAFF
    reading = InstructionReading((Instruction(kind, "oui", **more),))
    result = instructed(after, reading, ("i1", "i2"), question, context(role=role, sender=sender, source="mail-9"))
    return result, result.after(after)


def test_another_contact_is_proposed_and_not_adopted():
    """The creditor is asked with two choices; until he answers nobody else is written to."""
    decision = told()
    letter = decision.letters[0]
    assert (letter.kind, letter.code, letter.choices) == (
        LetterKind.QUESTION,
        "change_of_contact",
        ("use_contact", "keep_contact"),
    )
    assert dict(letter.facts)["domain"] == "same"
    assert decision.after(LEDGER).accounts["d1"].contact.address == DEBTOR


@pytest.mark.parametrize("role", [Role.OWNER, Role.STAFF])
def test_one_word_adopts_it_and_the_rest_ends(role):
    """A yes of the owner or a colleague; the account is followed again, and the question is closed."""
    result, after = answered(told(), "approve", role)
    assert after.accounts["d1"].contact.address == NEW
    assert after.accounts["d1"].holds == ()
    assert not [q for q in after.questions.values() if q.is_open]
    assert [x.code for x in result.letters] == ["contact_changed"]


def test_a_no_keeps_the_address_and_the_rest_ends():
    """The debtor hears again where he was written to."""
    result, after = answered(told(), "refuse")
    assert after.accounts["d1"].contact.address == DEBTOR
    assert after.accounts["d1"].hold(TODAY) is None
    assert [x.code for x in result.letters] == ["contact_kept"]


def test_the_wrong_person_is_not_written_to_until_the_creditor_has_answered():
    """Without another address he is asked for one; whichever invoice he answers about, the address is the account's."""
    decision = told("wrong_contact", contact="")
    assert decision.letters[0].code == "wrong_contact"
    assert decision.after(LEDGER).accounts["d1"].hold(TODAY + timedelta(days=300)) is not None
    _, after = answered(decision, "correct", field="debtor_email", value=NEW)
    assert after.accounts["d1"].contact.address == NEW
    assert after.accounts["d1"].holds == ()
    assert not [q for q in after.questions.values() if q.is_open]


def test_no_more_than_one_question_about_the_address_is_open():
    """The same said twice is asked once; another address replaces the first."""
    first = told().after(LEDGER)
    assert told(ledger=first, source="mail-2").letters == ()
    second = told(contact="autre@client.example", ledger=first, source="mail-3").after(first)
    assert [q.detail for q in second.questions.values() if q.is_open] == ["autre@client.example"]


@pytest.mark.parametrize("address", ["owner@acme.example", "x@acme.example", "not an address", "a@b", "<x@y.example>"])
def test_an_address_of_the_creditor_or_none_at_all_is_never_proposed(address):
    """Somebody who names the creditor's own address, or nonsense, gives nothing to confirm."""
    decision = told(contact=address)
    assert [x.code for x in decision.letters] == ["wrong_contact"]


def test_a_foreign_domain_is_named_as_such():
    """An address at another company is what a fraud would propose."""
    assert dict(told(contact="factures@else.example").letters[0].facts)["domain"] == "other"


def test_somebody_who_left_is_asked_about_and_not_written_to():
    """His stand-in is proposed, not adopted."""
    reading = AutoReplyReading("left", stand_in=NEW)
    decision = automatic_answer(LEDGER.accounts["d1"], reading, context(sender=DEBTOR), LEDGER)
    after = decision.after(LEDGER).accounts["d1"]
    assert decision.letters[0].code == "change_of_contact"
    assert after.contact.address == DEBTOR
    assert after.hold(TODAY + timedelta(days=300)) is not None


def report(*recipients, kind=ReportKind.BOUNCE):
    return BounceReading(kind, recipients)


SOFT = FailedRecipient(DEBTOR, "4.2.2", "mailbox full")


def test_passing_failures_stop_a_contact_after_three_days_that_lie_five_apart():
    """One full mailbox is told; three over a week are as good as a dead one."""
    days = tuple(TODAY - timedelta(days=n) for n in (6, 2))
    assert [type(e) for e in bounce(account(), report(SOFT), context(), {DEBTOR: days}).events] == [
        ev.ContactFailed,
        ev.QuestionAsked,
    ]
    first = bounce(account(), report(SOFT), context())
    assert (first.events, [x.code for x in first.letters]) == ((), ["bounced"])


@pytest.mark.parametrize("ago", [(2, 1), (1,), (120, 110), (0, 0, 0)])
def test_failures_close_together_or_long_ago_stop_nothing(ago):
    """A bad week-end, or a bad winter."""
    days = tuple(TODAY - timedelta(days=n) for n in ago)
    assert bounce(account(), report(SOFT), context(), {DEBTOR: days}).events == ()


def test_the_final_word_of_a_report_counts():
    """One that says both passing and permanent about an address is permanent."""
    hard = FailedRecipient(DEBTOR, "5.1.1", "user unknown", permanent=True, hard=True)
    for recipients in ((SOFT, hard), (hard, SOFT)):
        assert any(isinstance(e, ev.ContactFailed) for e in bounce(account(), report(*recipients), context()).events)


def test_only_our_own_addresses_are_counted():
    """Foreign ones, permanent ones and delays count for nothing."""
    foreign = replace(SOFT, address="x@else.example")
    hard = FailedRecipient(DEBTOR, "5.1.1", permanent=True)
    assert soft_failures(account(), report(SOFT, foreign)) == (DEBTOR,)
    assert soft_failures(account(), report(hard)) == ()
    assert soft_failures(account(), report(SOFT, kind=ReportKind.DELAYED)) == ()


def test_a_complaint_stops_the_address_until_the_owner_decides():
    """A colleague may not take it up again, neither with a yes nor by typing the address; the owner may."""
    complaint = bounce(account(), report(FailedRecipient(DEBTOR), kind=ReportKind.COMPLAINT), context())
    after = complaint.after(LEDGER)
    assert after.accounts["d1"].contact is None
    assert complaint.letters[0].choices == ("write_again", "stay_silent")
    for kind, more in (("approve", {}), ("correct", {"field": "debtor_email", "value": DEBTOR})):
        _, still = answered(complaint, kind, Role.STAFF, **more)
        assert still.accounts["d1"].contact is None
        _, again = answered(complaint, kind, **more)
        assert again.accounts["d1"].contact.address == DEBTOR


def test_a_complaint_that_hides_its_recipient_is_about_the_address_we_wrote_to():
    """Providers redact it; we know whom we wrote."""
    decision = bounce(account(), report(kind=ReportKind.COMPLAINT), context())
    assert decision.events[0].address == DEBTOR


def test_another_address_of_the_debtor_is_written_to_meanwhile():
    """What stops is the address, not the debtor."""
    two = account(contacts=(Contact(DEBTOR), Contact(NEW)))
    hard = FailedRecipient(DEBTOR, "5.1.1", "user unknown", permanent=True, hard=True)
    assert bounce(two, report(hard), context()).after(Ledger.of([two])).accounts["d1"].contact.address == NEW
