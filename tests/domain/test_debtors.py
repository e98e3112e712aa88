"""Which debtor an invoice is for, how he is told from who resembles him, and at which address he is written to."""

from dataclasses import replace

import pytest

from agent.domain import events as ev
from agent.domain.decide.blanks import asked_back
from agent.domain.decide.context import AddressHint, Decision
from agent.domain.decide.debtors import (
    Buyer,
    Chosen,
    account_id,
    buyer_of,
    choose_account,
    fits,
    is_debtors,
    post_of,
    same_domain,
)
from agent.domain.findings import Intent, ReplyReading
from agent.domain.ledger import Ledger
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import BookEntry, Contact, PostalAddress, Role
from tests.builders import CREDITOR, DEBTOR, NOW, OWNER, TODAY, account, context, item, reading

HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}
ENTRY = BookEntry("acme", "Client et Fils SA", addresses=("livre@client.example",), language="de", consumer=True)
NUMBER = "BE0441122148"


def buyer(name="Bakkerij Zon", **more):
    fields = {"number": "", "country": "BE", "language": "fr", "consumer": None, "email": "", "known": None, **more}
    return Buyer(name=name, **fields)


@pytest.mark.parametrize(
    ("fields", "more", "expected"),
    [
        ({}, {}, {"name": "Client et Fils SA", "country": "BE", "language": "fr", "email": DEBTOR}),
        ({"buyer_name": "  Client   et Fils "}, {}, {"name": "Client et Fils"}),
        ({"buyer_email": "Compta@Client.EXAMPLE"}, {}, {"email": DEBTOR}),
        ({"buyer_email": None, "buyer_name": None}, {}, {"email": "", "name": ""}),
        ({"buyer_vat": "BE 0441.122.148"}, {}, {"number": NUMBER, "country": "BE"}),
        ({"buyer_vat": "NL 123456782 B90"}, {}, {"country": "NL", "language": "nl"}),
        ({"buyer_vat": "NL 123456782 B90", "buyer_country": "DE"}, {}, {"country": "DE", "language": "de"}),
        ({"buyer_enterprise": "0441.122.148", "buyer_country": "BE"}, {}, {"number": NUMBER}),
        ({"buyer_country": "AT"}, {}, {"language": "de"}),
        ({"buyer_country": "us"}, {}, {"language": "en"}),
        ({"buyer_country": "PL"}, {}, {"country": "PL", "language": "fr"}),
        ({"buyer_country": "DE", "language": "nl"}, {}, {"language": "nl"}),
        ({"consumer": True}, {}, {"consumer": True}),
        ({}, {"book": (ENTRY,)}, {"language": "de", "consumer": True, "known": ENTRY}),
        ({"consumer": False, "language": "nl"}, {"book": (ENTRY,)}, {"language": "de", "consumer": True}),
        (
            {"buyer_name": None, "buyer_vat": NUMBER},
            {"book": (replace(ENTRY, number=NUMBER),)},
            {"name": "Client et Fils SA", "number": NUMBER},
        ),
        ({}, {"book": (replace(ENTRY, number=NUMBER),)}, {"number": NUMBER}),
        ({}, {"book": (replace(ENTRY, language=""),)}, {"language": "fr"}),
    ],
)
def test_who_an_invoice_is_for(fields, more, expected):
    """As read; the contact book outranks the page for language and kind, and fills in name and number."""
    found = buyer_of(reading(**{"buyer_vat": None, **fields}), context(**more))
    assert {name: getattr(found, name) for name in expected} == expected


def chosen(who, *states, **more):
    return choose_account(Ledger.of(states), who, context(**more))


def told(address, origin="told", name=""):
    return (AddressHint(address, origin, name),)


def test_a_new_debtor_is_opened_with_all_that_is_known_of_him():
    """Under an id that his number, else his name always gives; without an address that is asked for."""
    who = buyer(number=NUMBER, country="NL", language="nl", consumer=False)
    id_ = account_id("acme", NUMBER, "Bakkerij Zon")
    opened = ev.DebtorOpened(
        **HEAD, debtor=id_, name="Bakkerij Zon", number=NUMBER, country="NL", language="nl", consumer=False
    )
    assert chosen(who) == Chosen(id_, (opened,), ("debtor_email",))
    added = ev.ContactAdded(**HEAD, debtor=id_, address="zon@zon.example", name="Eva")
    assert chosen(who, hints=told("zon@zon.example", name="Eva")) == Chosen(
        id_, (opened, added), address="zon@zon.example"
    )
    assert account_id("acme", "", "Bakkerij Zon") == account_id("acme", "", "BAKKERIJ  zon")
    assert account_id("acme", NUMBER, "a") == account_id("acme", NUMBER, "b")
    assert len({account_id("acme", "", "a"), account_id("acme", "", "b"), account_id("other", "", "a")}) == 3


def test_debtors_without_a_name_are_not_one():
    """Each mail's nameless buyer is another, even where one is there already."""
    first = chosen(buyer(name=""))
    assert first.account != chosen(buyer(name=""), account()).account
    assert first.account != chosen(buyer(name=""), source="mail-2").account


def test_who_was_forgotten_and_comes_back_is_a_new_one():
    """His number would give the old id again; the new one is made of it and of the mail, so that the next one differs too."""
    id_ = account_id("acme", NUMBER, "")
    gone = account(id_, name="", number="", contacts=(Contact(""),))
    again = chosen(buyer(number=NUMBER), gone)
    assert again.account not in (id_, account_id("acme", "", "None"))
    assert again.account == account_id("acme", "", f"{id_}/mail-1")
    assert chosen(buyer(number=NUMBER), gone, source="mail-2").account != again.account
    assert isinstance(again.events[0], ev.DebtorOpened)


@pytest.mark.parametrize(
    ("known", "who", "same"),
    [
        # the number decides
        ({"number": NUMBER, "name": "Autre SA"}, {"number": NUMBER}, True),
        ({"number": "BE0123456749", "name": "Bakkerij Zon"}, {"number": NUMBER}, False),
        # the very name, where not both have a number
        ({"name": "BAKKERIJ  ZON"}, {}, True),
        ({"name": "Bakkerij Zon", "number": NUMBER}, {}, True),
        ({"name": "Bakkerij Zon"}, {"number": NUMBER}, True),
        # the address, where the names are not strangers' and not both have a number
        ({"name": "Bakkerij Zon & Zonen", "contacts": (Contact("z@zon.example"),)}, {"email": "z@zon.example"}, True),
        ({"name": "", "contacts": (Contact("z@zon.example"),)}, {"email": "z@zon.example"}, True),
        ({"name": "Garage Dupont", "contacts": (Contact("z@zon.example"),)}, {"email": "z@zon.example"}, False),
        (
            {"name": "Bakkerij Zon & Zonen", "number": "BE0123456749", "contacts": (Contact("z@zon.example"),)},
            {"email": "z@zon.example", "number": NUMBER},
            False,
        ),
        ({"name": "Bakkerij Zon", "creditor": "other"}, {}, False),
    ],
)
def test_who_is_the_same_debtor(known, who, same):
    """By number, else by confirmed address, else by the very name; never another creditor's."""
    found = chosen(buyer(**who), account(**{"number": "", **known}))
    assert (found.account == "d1") is same


def test_two_debtors_of_one_name_are_neither():
    """Then it is a third, and asked about."""
    found = chosen(buyer(), account("d1", name="Bakkerij Zon"), account("d2", name="Bakkerij Zon"))
    assert found.account not in ("d1", "d2")
    assert "same_debtor" in found.doubts


@pytest.mark.parametrize(
    ("known", "who", "alike"),
    [
        ({"name": "Bakkerij Zonn"}, {}, True),
        ({"name": "Zon Bakkerij"}, {}, True),
        ({"name": "Bakkerij Maan"}, {}, False),
        ({"name": "Bakkerij Zonn", "number": NUMBER}, {}, True),
        ({"name": "Bakkerij Zonn"}, {"number": NUMBER}, True),
        ({"name": "Bakkerij Zonn", "number": "BE0123456749"}, {"number": NUMBER}, False),
    ],
)
def test_who_only_resembles_is_asked_about(known, who, alike):
    """A name written nearly alike, unless two numbers tell them apart."""
    found = chosen(buyer(**who), account(**known), account("d9", name="Garage Dupont"))
    assert (found.lookalike, "same_debtor" in found.doubts) == ("d1" if alike else "", alike)


@pytest.mark.parametrize(
    ("hints", "who", "address", "doubts", "added"),
    [
        ((), {}, "", ("debtor_email",), False),
        (told("eva@elsewhere.example"), {}, "eva@elsewhere.example", (), True),
        (told("eva@elsewhere.example", "forwarded"), {}, "eva@elsewhere.example", ("address_mismatch",), False),
        (told("eva@bakkerij-zon.example", "forwarded"), {}, "eva@bakkerij-zon.example", (), True),
        (told("eva@elsewhere.example", "forwarded"), {"name": ""}, "eva@elsewhere.example", (), True),
        ((), {"email": "factures@elsewhere.example"}, "factures@elsewhere.example", (), True),
        # the best place first: who a mail went to, then who it came from, then the invoice
        (
            (*told("a@elsewhere.example", "forwarded"), *told("b@bakkerij-zon.example", "recipient")),
            {"email": "c@elsewhere.example"},
            "b@bakkerij-zon.example",
            (),
            True,
        ),
        (told("owner@acme.example"), {}, "", ("debtor_email",), False),
    ],
)
def test_at_which_address_a_new_debtor_is_written_to(hints, who, address, doubts, added):
    """What a person told, or what fits his name; what does not fit is asked about and not taken."""
    found = chosen(buyer(**who), hints=hints)
    assert (found.address, found.doubts) == (address, doubts)
    events = [e for e in found.events if isinstance(e, ev.ContactAdded)]
    assert [(e.debtor, e.address) for e in events] == ([(found.account, address)] if added else [])


def test_a_known_debtors_address_changes_only_by_word():
    """What stands on his next invoice does not outrank it; the same account is meant, whatever is doubted."""
    mine = account(name="Bakkerij Zon")
    assert chosen(buyer(email="new@bakkerij-zon.example"), mine) == Chosen("d1", address=DEBTOR)
    assert chosen(buyer(), mine, hints=told(DEBTOR)) == Chosen("d1", address=DEBTOR)
    moved = chosen(buyer(), mine, hints=told("new@elsewhere.example"))
    assert [e.address for e in moved.events] == ["new@elsewhere.example"]
    silent = account(name="Bakkerij Zon", contacts=())
    strange = told("x@elsewhere.example", "forwarded")
    assert chosen(buyer(), silent, hints=strange) == Chosen(
        "d1", doubts=("address_mismatch",), address="x@elsewhere.example"
    )
    assert chosen(buyer(), silent) == Chosen("d1", doubts=("debtor_email",))


@pytest.mark.parametrize(
    ("address", "who", "expected"),
    [
        ("a@zon.example", {"email": "a@zon.example"}, True),
        ("b@maan.example", {"email": "a@maan.example"}, True),
        ("b@gmail.com", {"email": "a@gmail.com"}, False),
        ("a@gmail.com", {"email": "a@gmail.com"}, True),
        ("b@maan.example", {"email": "a@ster.example"}, False),
        ("livre@client.example", {"known": ENTRY}, True),
        ("autre@maan.example", {"known": ENTRY}, False),
        ("info@bakkerijzon.example", {}, True),
        ("info@bakery-zon.example", {}, True),
        ("bakkerij.zon@gmail.com", {}, True),
        ("eva@gmail.com", {}, False),
        ("zon@maan.example", {}, False),
        ("info@bdzw.example", {"name": "Brood De Zon West"}, True),
        ("info@bz.example", {}, False),
        ("info@maan.example", {"name": "De Ma"}, False),
    ],
)
def test_which_address_fits_a_buyer(address, who, expected):
    """Printed on his invoice or of its domain, in the contact book, or alike in name; public mail domains say nothing."""
    assert fits(address, buyer(**who)) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("eva@client.example", True),
        ("eva@gmail.com", True),
        (OWNER, False),
        ("new@acme.example", False),
        ("new@mail.acme.example", False),
        ("new@notacme.example", True),
        ("x@relances.example", False),
        ("", False),
    ],
)
def test_which_address_can_be_a_debtors(address, expected):
    """Neither the creditor's, his people's nor ours, nor below their domains."""
    assert is_debtors(address, context(own_domains=("relances.example",))) is expected


def test_people_with_public_addresses_do_not_close_their_domain():
    """The owner at a public address is no debtor; anybody else there may be one."""
    owner = replace(CREDITOR.people[0], address="anne@gmail.com")
    public = context(creditor=replace(CREDITOR, people=(owner,), domains=("gmail.com",)))
    assert (is_debtors("anne@gmail.com", public), is_debtors("eva@gmail.com", public)) == (False, True)
    assert same_domain("a@x.example", "b@x.example")
    assert not same_domain("a@gmail.com", "b@gmail.com")
    assert not same_domain("a@x.example", "b@y.example")
    assert not same_domain("a", "b")


@pytest.mark.parametrize(
    ("postal", "read", "kept"),
    [
        (PostalAddress(), "Rue Haute 1", True),
        (PostalAddress("Rue Basse 2"), "Rue Haute 1", True),
        (PostalAddress("Rue Haute 1"), " Rue Haute 1 ", False),
        (PostalAddress("Rue Basse 2", told=True), "Rue Haute 1", False),
        (PostalAddress(), None, False),
    ],
)
def test_where_he_gets_his_post_is_read_unless_a_person_told_it(postal, read, kept):
    """Once; up to what an envelope has room for."""
    ledger = Ledger.of([account(postal=postal)])
    met = ev.PostalAddressMet(**HEAD, debtor="d1", address="Rue Haute 1")
    assert post_of(reading(buyer_address=read), Chosen("d1"), ledger, context()) == ((met,) if kept else ())
    (long,) = post_of(reading(buyer_address="x" * 400), Chosen("d7"), ledger, context())
    assert (long.address, long.debtor) == ("x" * 300, "d7")


PAUSED = ev.FollowUpPaused(**HEAD, subject="d1", until=TODAY, reason="reply_unclear")
THANKS = Letter(LetterKind.RECEIPT, "receipt:mail-1", (DEBTOR,), "acme", "fr", code="dispute")
NOTICE = replace(THANKS, kind=LetterKind.ACTION_NOTICE)
GIVEN = Decision((PAUSED, ev.DisputeRaised(**HEAD, item="i1")), (THANKS, NOTICE))


def asked(words, *intents):
    mail = ReplyReading(intents, words, "fr", needs_human=False)
    return asked_back(GIVEN, account(), (item("i1"),), mail, context(role=Role.DEBTOR, sender=DEBTOR))


def intent(label, **more):
    return Intent(label, 0.9, "ses mots", "r", **more)


@pytest.mark.parametrize("words", ["Je conteste parce que", "Weil …", "omdat ...", "because ____  ", "parce que\nEva"])
def test_a_reason_that_was_left_open_is_asked_for(words):
    """The receipt asks for it; the notice to the creditor, and what is held, stay as they are."""
    assert asked(words, intent("dispute")) == Decision(GIVEN.events, (replace(THANKS, code="dispute_why"), NOTICE))


@pytest.mark.parametrize("words", ["Je paierai le", "Ich zahle am …", "ik betaal op ...", "I will pay on ____"])
def test_a_day_that_was_left_open_is_asked_for(words):
    """The account rests for it, since the next mail may name just the day; one more receipt asks."""
    done = asked(words, intent("promise_to_pay"))
    assert done.events == (replace(PAUSED, reason="promise_to_pay"), GIVEN.events[1])
    assert done.letters[:2] == GIVEN.letters
    (letter,) = done.letters[2:]
    assert letter == Letter(
        LetterKind.RECEIPT,
        "receipt:mail-1",
        (DEBTOR,),
        "acme",
        "fr",
        code="which_day",
        items=("i1",),
        account="d1",
        words="ses mots",
        answers="mail-1",
    )


@pytest.mark.parametrize(
    ("words", "intents"),
    [
        ("Je conteste parce que la qualité", (intent("dispute"),)),
        ("Je conteste parce que", (intent("insolvency"),)),
        ("Je conteste parce que", (intent("dispute"), intent("insolvency"))),
        ("Je paierai le 20 mars", (intent("promise_to_pay"),)),
        ("Je paierai le", (intent("promise_to_pay", on=TODAY),)),
        ("Je paierai le", (intent("dispute"),)),
        ("x" * 4000 + " parce que", (intent("dispute"),)),
    ],
)
def test_what_was_said_whole_is_not_asked_back(words, intents):
    """Nor what was not said by our buttons alone."""
    assert asked(words, *intents) == GIVEN
