"""Who wrote: the address book, what proves an address, and what a reply token proves and to whom."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.domain.banks import Banks, BankSender
from agent.domain.parties import Person, Role
from agent.intake.directory import Directory, Sender, identify_sender
from agent.mail.authentication import Proof
from agent.mail.message import parse_message
from agent.mail.outgoing import OutgoingMail
from tests.builders import AGENCY, CREDITOR, DEBTOR, OWNER, STAFF

BY_DKIM = Proof(True, "dkim", "acme.example", "")
BY_WORDS = Proof(True, "dkim", "acme.example", "dkim of acme.example")
UNPROVED = Proof(False, "none", "", "no signature")
BANKS = Banks((BankSender("Bank", (CREDITOR.id, "beta"), domains=("bank.example",)),))
DIRECTORY = Directory.of([CREDITOR], AGENCY, ["box@comptoir.example"], BANKS)


def mail_from(sender):
    return parse_message(f"From: {sender}\r\nTo: {AGENCY.address}\r\nSubject: x\r\n\r\ntext".encode())


def letter(to=(DEBTOR,), debtor="d1", creditor="acme"):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return OutgoingMail(
        "id", "key", "statement", creditor, "a@b", "", to, "<o@x>", "", "", "", now, now, debtor=debtor, token="t"
    )


def who(sender, proof=UNPROVED, directory=DIRECTORY, **more):
    return identify_sender(mail_from(sender), directory, proof, **more)


def test_every_sender_is_told_with_his_address_his_name_and_why():
    """The log and the alert to the operator repeat it."""
    book = {"accounts": (("d1", "acme"), ("d9", "beta"), ("d2", "acme"))}
    assert [
        who(f"Us <{AGENCY.address.upper()}>", BY_DKIM),
        who("Daemon <MAILER-DAEMON@mx.example>", BY_DKIM),
        who(f"Anne <{OWNER}>", BY_DKIM),
        who(f"Anne <{OWNER}>", BY_WORDS),
        who(f"Jo <{DEBTOR}>", answered=letter()),
        who(f"Jo <{DEBTOR}>", BY_DKIM, **book),
        who(f"Jo <{DEBTOR}>", UNPROVED, **book),
        who("Bank <a@bank.example>", BY_DKIM),
        who("Bank <a@bank.example>", UNPROVED),
        who("Jo <x@nowhere.example>", BY_DKIM),
    ] == [
        Sender(AGENCY.address, "Us", Role.OURSELVES, because="our own address"),
        Sender("mailer-daemon@mx.example", "Daemon", Role.MAILER, because="a mail system's address"),
        Sender(OWNER, "Anne", Role.OWNER, ("acme",), proved=True, because="dkim"),
        Sender(OWNER, "Anne", Role.OWNER, ("acme",), proved=True, because="dkim of acme.example"),
        Sender(DEBTOR, "Jo", Role.DEBTOR, ("acme",), ("d1",), proved=True, because="reply token"),
        Sender(DEBTOR, "Jo", Role.DEBTOR, ("acme", "beta"), ("d1", "d9", "d2"), proved=True, because="dkim"),
        Sender(DEBTOR, "Jo", Role.DEBTOR, ("acme", "beta"), ("d1", "d9", "d2"), because="no signature"),
        Sender("a@bank.example", "Bank", Role.BANK, ("acme", "beta"), proved=True, because="dkim"),
        Sender("a@bank.example", "Bank", Role.BANK, ("acme", "beta"), because="no signature"),
        Sender("x@nowhere.example", "Jo", Role.STRANGER, because="an address that nobody told us"),
    ]


@pytest.mark.parametrize("address", [AGENCY.address, "box@comptoir.example"])
def test_no_proof_and_no_token_makes_somebody_of_our_own_address(address):
    """Whoever writes as we do is never one of the creditor's people or a debtor: so loops end."""
    known = replace(CREDITOR, people=(Person(address, Role.OWNER),))
    directory = Directory.of([known], AGENCY, ["box@comptoir.example"])
    assert who(address, BY_DKIM, directory, answered=letter(to=(address,))).role is Role.OURSELVES


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("postmaster@client.example", Role.MAILER),
        ("mail-daemon@client.example", Role.MAILER),
        ("maildaemon@client.example", Role.MAILER),
        ("postmasters@client.example", Role.STRANGER),
        ("jo.postmaster@client.example", Role.STRANGER),
    ],
)
def test_mail_systems_are_told_by_the_whole_local_part(address, role):
    """They never answer for anybody, also where a letter went to them."""
    assert who(address, BY_DKIM).role is role
    if role is Role.MAILER:
        assert who(address, BY_DKIM, answered=letter(to=(address,))).role is Role.MAILER


def test_a_mail_without_a_sender_is_a_machines():
    """RFC 5321 §4.5.5: an empty return path means a notification."""
    assert who("<>", BY_DKIM).role is Role.MAILER


def test_the_highest_role_of_a_person_counts_and_creditors_stand_in_the_order_of_the_book():
    """Rights at one creditor say which creditor is meant later, with the mail."""
    for roles in ((Role.VIEWER, Role.STAFF), (Role.STAFF, Role.VIEWER), (Role.OWNER, Role.VIEWER)):
        creditors = [replace(CREDITOR, id=f"c{n}", people=(Person(STAFF, role),)) for n, role in enumerate(roles)]
        found = who(STAFF, BY_DKIM, Directory.of(creditors, AGENCY))
        assert (found.role, found.creditors) == (Role.STAFF if Role.STAFF in roles else Role.OWNER, ("c0", "c1"))


def test_one_creditors_owner_may_be_another_ones_debtor():
    """By the token of a letter that went to him he answers as that debtor; by his own creditor's letters he does not."""
    to_him = letter(to=(OWNER,), debtor="d7", creditor="beta")
    assert who(OWNER, UNPROVED, answered=to_him) == Sender(
        OWNER, "", Role.DEBTOR, ("beta",), ("d7",), proved=True, because="reply token"
    )
    assert who(OWNER, UNPROVED, answered=letter(to=(OWNER,))).role is Role.OWNER
    assert who(OWNER, BY_DKIM, answered=replace(to_him, to=("other@x.example",))).role is Role.OWNER
    assert who(OWNER, BY_DKIM, answered=replace(to_him, debtor="")).role is Role.OWNER


def test_a_token_gives_nothing_to_whom_the_letter_was_forwarded():
    """It is bound to the address that it was sent to; a letter to no debtor proves nobody at all."""
    forwarded = who("boss@client.example", UNPROVED, answered=letter())
    assert forwarded == Sender("boss@client.example", "", Role.STRANGER, because="an address that nobody told us")
    assert who(DEBTOR, UNPROVED, answered=letter(debtor="")).role is Role.STRANGER
    known = who("boss@client.example", UNPROVED, accounts=(("d1", "acme"),), answered=letter())
    assert (known.role, known.proved) == (Role.DEBTOR, False)


def test_a_bank_that_is_a_debtor_or_a_colleague_stays_that():
    """Whoever is known by address in the books is not a bank by his domain."""
    assert who("a@bank.example", BY_DKIM, accounts=(("d1", "acme"),)).role is Role.DEBTOR
    people = replace(CREDITOR, people=(Person("a@bank.example", Role.STAFF),))
    assert who("a@bank.example", BY_DKIM, Directory.of([people], AGENCY, banks=BANKS)).role is Role.STAFF


def test_a_directory_without_banks_knows_none():
    """What the operator did not name reports no movements."""
    assert Directory.of([CREDITOR], AGENCY).banks == Banks()
    assert who("a@bank.example", BY_DKIM, Directory.of([CREDITOR], AGENCY)).role is Role.STRANGER


def test_our_address_is_known_in_small_letters():
    """As the parser gives them, whatever the configuration says."""
    shouted = replace(AGENCY, address=AGENCY.address.upper())
    assert Directory.of([], shouted).ourselves == {AGENCY.address}
