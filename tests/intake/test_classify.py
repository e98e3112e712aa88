"""Who wrote, and what follows from it: roles come from the address book and from proof."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from agent.domain.banks import Banks, BankSender
from agent.domain.findings import AutoReplyReading, BounceReading, ReportKind
from agent.domain.parties import Role
from agent.intake.classify import Classification, Evidence, MailKind, classify, is_bounce
from agent.intake.directory import Directory, identify_sender
from agent.mail.authentication import Proof
from agent.mail.message import parse_message
from agent.mail.outgoing import OutgoingMail
from tests.builders import AGENCY, CREDITOR, DEBTOR, OWNER, STAFF

PASSED, FAILED = Proof(True, "dkim", "x", ""), Proof(False, "none", "", "no proof")
DIRECTORY = Directory.of([CREDITOR], AGENCY)
ACCOUNTS = (("d1", "acme"),)


def mail_from(address):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Message-ID"] = address, AGENCY.address, "x", "<m@x.example>"
    made.set_content("text")
    return parse_message(made.as_bytes())


def letter(kind="statement", to=(DEBTOR,), debtor="d1"):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return OutgoingMail(
        "id", "key", kind, "acme", "a@b", "", to, "<o@x>", "", "", "", now, now, debtor=debtor, token="t"
    )


def sender(address, proof=PASSED, accounts=(), answered=None):
    return identify_sender(mail_from(address), DIRECTORY, proof, accounts=accounts, answered=answered)


def kind(address, proof=PASSED, accounts=(), answered=None, **more):
    who = sender(address, proof, accounts, answered)
    return classify(Evidence(mail_from(address), who, answered=answered, **more)).kind


@pytest.mark.parametrize(
    ("address", "role"), [(OWNER, Role.OWNER), (STAFF, Role.STAFF), ("viewer@acme.example", Role.VIEWER)]
)
def test_the_creditors_people_are_known_by_address_and_believed_by_proof(address, role):
    """An address alone is only a claim."""
    assert (sender(address).role, sender(address).proved) == (role, True)
    assert (sender(address, FAILED).role, sender(address, FAILED).proved) == (role, False)


def test_a_reply_token_proves_the_debtor_at_his_address_only():
    """Whoever else holds the token got the mail forwarded; it gives him nothing."""
    assert sender(DEBTOR, FAILED, answered=letter()).proved
    other = sender("colleague@client.example", FAILED, answered=letter())
    assert (other.role, other.proved) == (Role.STRANGER, False)


def test_a_reply_token_never_makes_an_owner():
    """A token that a creditor's mail carries proves no colleague of his."""
    forged = sender(OWNER, FAILED, answered=letter("acknowledgement", (OWNER,), debtor=""))
    assert (forged.role, forged.proved) == (Role.OWNER, False)


def test_a_debtors_address_is_believed_with_proof():
    """DKIM of his own domain is enough, also without a thread."""
    assert sender(DEBTOR, PASSED, ACCOUNTS).proved
    assert not sender(DEBTOR, FAILED, ACCOUNTS).proved


def test_what_each_sender_may_start():
    """The table of kinds, role by role."""
    assert kind(OWNER, documents=1) is MailKind.HANDOVER
    assert kind(STAFF, documents=1) is MailKind.HANDOVER
    assert kind(OWNER) is MailKind.INSTRUCTION
    assert kind("viewer@acme.example", documents=1) is MailKind.NOT_ALLOWED
    assert kind("viewer@acme.example") is MailKind.NOT_ALLOWED
    assert kind(OWNER, FAILED, documents=1) is MailKind.UNPROVED
    assert kind(STAFF, FAILED) is MailKind.UNPROVED
    assert kind(DEBTOR, FAILED, answered=letter()) is MailKind.REPLY
    assert kind(DEBTOR, FAILED, ACCOUNTS) is MailKind.UNPROVED_CASE
    assert kind(DEBTOR, PASSED, ACCOUNTS, documents=1) is MailKind.REPLY
    assert kind("x@nowhere.example") is MailKind.STRANGER
    assert kind("x@nowhere.example", documents=1) is MailKind.STRANGER
    assert kind("x@nowhere.example", names_case=True) is MailKind.UNPROVED_CASE


def test_our_own_mail_and_machines_are_never_answered_as_people():
    """Loops end here: our address, mail systems, vacation messages, reports."""
    assert kind(AGENCY.address) is MailKind.OWN
    assert kind("MAILER-DAEMON@mx.example") is MailKind.AUTOMATIC
    assert kind(DEBTOR, answered=letter(), auto_reply=AutoReplyReading("absence")) is MailKind.AUTOMATIC
    assert kind(OWNER, automatic="Auto-Submitted") is MailKind.AUTOMATIC
    report = BounceReading(ReportKind.BOUNCE)
    assert kind("MAILER-DAEMON@mx.example", report=report) is MailKind.REPORT
    assert kind(DEBTOR, report=report, auto_reply=AutoReplyReading("absence")) is MailKind.REPORT


def test_invoicing_software_may_send_automatic_copies():
    """A copy of an invoice from a proved address counts although it says that a machine sent it."""
    assert kind(OWNER, documents=1, automatic="Auto-Submitted: auto-generated") is MailKind.HANDOVER


def test_the_one_time_question_is_answered_from_the_address_that_was_asked():
    """From any other address it is only another mail without proof."""
    asked = letter("proof", (OWNER,), debtor="")
    assert kind(OWNER, FAILED, answered=asked) is MailKind.PROOF_ANSWER
    assert kind(STAFF, FAILED, answered=asked) is MailKind.UNPROVED


def test_a_person_of_two_creditors_has_the_higher_role_of_the_two():
    """Which creditor is meant is decided with the mail."""
    second = replace(CREDITOR, id="beta", people=(replace(CREDITOR.people[1], role=Role.OWNER),))
    both = Directory.of([CREDITOR, second], AGENCY)
    who = identify_sender(mail_from(STAFF), both, PASSED)
    assert (who.role, who.creditors) == (Role.OWNER, ("acme", "beta"))


def test_every_decision_names_its_rule():
    """The log says why."""
    assert classify(Evidence(mail_from(OWNER), sender(OWNER))).because == "proved_colleague_writes"


@pytest.mark.parametrize(
    "mark", ["Precedence: bulk", "List-Id", "X-Loop", "X-Auto-Response-Suppress: All", "Feedback-Id"]
)
def test_a_person_behind_a_list_is_heard_all_the_same(mark):
    """His mail is read, though never answered; a stranger's bulk mail is filed away."""
    assert kind(DEBTOR, PASSED, ACCOUNTS, automatic=mark) is MailKind.REPLY
    assert kind(OWNER, automatic=mark) is MailKind.INSTRUCTION
    assert kind("news@shop.example", automatic=mark) is MailKind.AUTOMATIC
    assert kind(DEBTOR, PASSED, ACCOUNTS, automatic="Auto-Submitted: auto-replied") is MailKind.AUTOMATIC


def test_a_bank_reports_movements_with_proof_and_nothing_more():
    """Its statements and notices are the bank's only when proved; people and debtors of that domain stay what they are."""
    banks = Banks((BankSender("Bank", (CREDITOR.id,), domains=("bank.example",)),))
    directory = Directory.of([CREDITOR], AGENCY, banks=banks)

    def seen(address, proof=PASSED, accounts=(), **more):
        found = identify_sender(mail_from(address), directory, proof, accounts=accounts)
        return found.role, classify(Evidence(mail_from(address), found, **more)).kind

    assert seen("a@bank.example", statements=1) == (Role.BANK, MailKind.STATEMENT)
    assert seen("a@mail.bank.example", documents=1) == (Role.BANK, MailKind.BANK_NOTICE)
    assert seen("a@bank.example", automatic="Auto-Submitted: auto-generated") == (Role.BANK, MailKind.BANK_NOTICE)
    assert seen("a@bank.example", FAILED, statements=1) == (Role.BANK, MailKind.UNPROVED_BANK)
    assert seen("a@notbank.example", statements=1) == (Role.STRANGER, MailKind.STRANGER)
    assert seen("a@bank.example", accounts=ACCOUNTS) == (Role.DEBTOR, MailKind.REPLY)


PEOPLE = {"owner": OWNER, "staff": STAFF, "viewer": "viewer@acme.example"}
ABSENT = AutoReplyReading("absence")
BANK = Banks((BankSender("Bank", (CREDITOR.id,), domains=("bank.example",)),))


def ruled(address, proof=PASSED, accounts=(), answered=None, **more):
    """What it is, and by which rule."""
    directory = Directory.of([CREDITOR], AGENCY, banks=BANK)
    message = mail_from(address)
    who = identify_sender(message, directory, proof, accounts=accounts, answered=answered)
    return classify(Evidence(message, who, answered=answered, **more))


BY_RULE = [
    ((AGENCY.address,), {}, MailKind.OWN, "from_our_own_address"),
    ((AGENCY.address,), {"report": BounceReading(ReportKind.BOUNCE)}, MailKind.REPORT, "delivery_report"),
    ((OWNER,), {"statements": 1, "documents": 1}, MailKind.STATEMENT, "bank_statement_of_a_proved_colleague"),
    ((STAFF,), {"statements": 1}, MailKind.STATEMENT, "bank_statement_of_a_proved_colleague"),
    ((STAFF,), {"documents": 2}, MailKind.HANDOVER, "proved_colleague_hands_over"),
    (("a@bank.example",), {"statements": 1}, MailKind.STATEMENT, "bank_statement_of_a_proved_bank"),
    (("a@bank.example",), {}, MailKind.BANK_NOTICE, "proved_bank_writes"),
    (("a@bank.example", FAILED), {}, MailKind.UNPROVED_BANK, "banks_address_without_proof"),
    (("postmaster@x.example",), {"names_case": True}, MailKind.AUTOMATIC, "automatic_mail"),
    (
        (OWNER, FAILED, (), letter("proof", (OWNER,), debtor="")),
        {},
        MailKind.PROOF_ANSWER,
        "answer_to_the_one_time_question",
    ),
    ((OWNER, FAILED), {"statements": 1}, MailKind.UNPROVED, "creditors_address_without_proof"),
    (("viewer@acme.example",), {"statements": 1}, MailKind.NOT_ALLOWED, "viewer_writes"),
    ((STAFF,), {}, MailKind.INSTRUCTION, "proved_colleague_writes"),
    ((DEBTOR, FAILED, (), letter()), {"statements": 1}, MailKind.REPLY, "proved_debtor"),
    ((DEBTOR, FAILED, ACCOUNTS), {}, MailKind.UNPROVED_CASE, "names_a_case_without_proof"),
    (("x@nowhere.example",), {"names_case": True}, MailKind.UNPROVED_CASE, "names_a_case_without_proof"),
    (("x@nowhere.example",), {"statements": 1, "documents": 1}, MailKind.STRANGER, "nobody we know"),
]


@pytest.mark.parametrize(("who", "evidence", "kind", "because"), BY_RULE)
def test_each_kind_is_told_by_the_rule_that_found_it(who, evidence, kind, because):
    """The log repeats the rule; the first of the table that fits decides."""
    assert ruled(*who, **evidence) == Classification(kind, because)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("files", [{"documents": 1}, {"statements": 1}])
def test_an_answering_machine_hands_nothing_over(name, files):
    """A colleague's absence message may quote or carry a file; it is no order to send anybody a reminder."""
    assert ruled(PEOPLE[name], auto_reply=ABSENT, **files).kind is MailKind.AUTOMATIC


@pytest.mark.parametrize(
    ("automatic", "from_people", "from_a_stranger"),
    [
        ("", MailKind.INSTRUCTION, MailKind.STRANGER),
        ("List-Id", MailKind.INSTRUCTION, MailKind.AUTOMATIC),
        ("Auto-Submitted: auto-generated", MailKind.AUTOMATIC, MailKind.AUTOMATIC),
        ("Auto-Submitted: auto-replied", MailKind.AUTOMATIC, MailKind.AUTOMATIC),
        ("Precedence: junk", MailKind.AUTOMATIC, MailKind.AUTOMATIC),
    ],
)
def test_marks_of_machines_weigh_less_where_a_person_is_known(automatic, from_people, from_a_stranger):
    """A list or a ticket system sets them on people's words; what says that it was generated is nobody's order."""
    assert ruled(OWNER, automatic=automatic).kind is from_people
    assert ruled("viewer@acme.example", automatic=automatic).kind in {MailKind.NOT_ALLOWED, MailKind.AUTOMATIC}
    assert ruled("x@nowhere.example", automatic=automatic).kind is from_a_stranger


@pytest.mark.parametrize("mark", ["Auto-Submitted: auto-generated", "List-Id", "null return path"])
def test_who_is_tied_to_a_case_is_heard_behind_a_ticket_system(mark):
    """A debtor, whoever answers a letter of ours, and whoever names a case; only what no person wrote is left alone."""
    stranger = "tickets@client.example"
    assert ruled(DEBTOR, PASSED, ACCOUNTS, automatic=mark).kind is MailKind.REPLY
    assert ruled(stranger, answered=letter(), automatic=mark).kind is MailKind.STRANGER
    assert ruled(stranger, names_case=True, automatic=mark).kind is MailKind.UNPROVED_CASE
    replied = "Auto-Submitted: auto-replied"
    assert ruled(DEBTOR, PASSED, ACCOUNTS, automatic=replied).kind is MailKind.AUTOMATIC
    assert ruled(stranger, answered=letter(), automatic=replied).kind is MailKind.AUTOMATIC
    assert ruled(stranger, names_case=True, automatic=replied).kind is MailKind.AUTOMATIC
    assert ruled(stranger, answered=letter()).kind is MailKind.STRANGER


def test_the_one_time_question_is_answered_by_nobody_else():
    """Not by a debtor's answer to another letter, nor by whoever is none of the creditor's people."""
    assert ruled(OWNER, FAILED, answered=letter("statement", (OWNER,), debtor="")).kind is MailKind.UNPROVED
    assert ruled(OWNER, FAILED).kind is MailKind.UNPROVED
    asked = letter("proof", ("x@nowhere.example",), debtor="")
    assert ruled("x@nowhere.example", FAILED, answered=asked).kind is MailKind.STRANGER


@pytest.mark.parametrize(
    ("report", "bounce"),
    [
        (None, False),
        (BounceReading(ReportKind.BOUNCE), True),
        (BounceReading(ReportKind.COMPLAINT), True),
        *((BounceReading(kind), False) for kind in ReportKind if kind not in (ReportKind.BOUNCE, ReportKind.COMPLAINT)),
    ],
)
def test_a_bounce_says_that_a_mail_did_not_arrive_or_was_unwanted(report, bounce):
    """A delay or a receipt says neither."""
    assert is_bounce(report) is bounce
