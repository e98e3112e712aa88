"""Lists out of accounting programs, papers for the owner, thanks to a debtor, and what is learned of a layout."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from agent.domain import events as ev
from agent.domain.decide.context import Decision
from agent.domain.decide.imports import Imported, imported_contacts, imported_invoices
from agent.domain.decide.layouts import forgotten, remembered, taught
from agent.domain.decide.papers import certificate, dossier, handed_over
from agent.domain.decide.phases import HandingOver, amicable, escalate, with_phase
from agent.domain.decide.thanking import last_sent, thanks
from agent.domain.findings import DocumentKind, Instruction
from agent.domain.layouts import (
    Beside,
    Constant,
    FieldRule,
    Form,
    KnownLayout,
    Place,
    Rank,
    Reckoned,
    Sign,
    Under,
    ValueKind,
    words_of,
)
from agent.domain.ledger import Hold, HoldKind, ItemState, Ledger, Payment, Statement
from agent.domain.letters import Letter, LetterKind
from agent.domain.parties import Contact, Role
from agent.domain.phases import Phase, PhaseChange
from agent.domain.plans import PaymentPlan, PlanLetter, PlanShare
from tests.builders import CREDITOR, DEBTOR, NOW, OWNER, STAFF, TODAY, account, context, invoice, item, money, reading

HEAD = {"at": NOW, "source": "mail-1", "creditor": "acme"}


def row(part, **more):
    """A row of a list: no page, one line."""
    return reading(part=part, number=f"L-{part}", **more)


KNOWN = item("i1", number="L-1", total="1210.00", due=date(2026, 4, 1), issue_date=date(2026, 3, 2))


def listed(*rows, states=(), **more):
    return imported_invoices(Ledger.of([account(), *states]), rows, context(**more))


def test_the_new_rows_of_a_list_are_handed_over_together():
    """Each is an invoice with its row's line; nothing that a page would show is counted as lacking."""
    done = listed(row(1), row(2))
    registered = [e for e in done.decision.events if isinstance(e, ev.InvoiceRegistered)]
    assert [e.invoice.number for e in registered] == ["L-1", "L-2"]
    assert done.rows == tuple(Imported(n, "registered", e.item) for n, e in enumerate(registered, 1))
    assert not any(e.named for e in registered)
    assert not done.decision.letters


def test_a_doubtful_row_is_asked_about_in_a_letter_of_its_own():
    """It answers no mail, and says nothing of what a page lacks."""
    done = listed(row(1, due_date=None, buyer_email=None, buyer_name="Nouveau Client SA"))
    (told,) = done.rows
    assert (told.line, told.code) == (1, "review")
    assert "debtor_email" in told.notes
    (letter,) = done.decision.letters
    assert (letter.kind, letter.answers) == (LetterKind.ACKNOWLEDGEMENT, "")
    assert letter.question
    assert letter.key.endswith(f":{letter.question}")
    assert not [fact for fact in letter.facts if fact[0] == "lacking"]


def test_a_known_row_is_left_alone():
    """The same figures say nothing; other ones are told beside the books', and nothing is changed."""
    same = listed(row(1, amount_due=Decimal("1210.00")), states=(KNOWN,))
    assert (same.rows, same.decision.events) == ((Imported(1, "known", "i1"),), ())
    other = listed(
        row(
            1,
            total=Decimal("1200.00"),
            due_date=date(2026, 4, 2),
            issue_date=date(2026, 3, 3),
            amount_due=Decimal("5.00"),
        ),
        states=(KNOWN,),
    )
    assert other.rows == (
        Imported(
            1,
            "conflict",
            "i1",
            (
                "issue_date: 2026-03-02 / 2026-03-03",
                "due_date: 2026-04-01 / 2026-04-02",
                "total: 1210.00 / 1200.00",
                "open: 1210.00 / 5.00",
            ),
        ),
    )
    assert not other.decision.events
    pounds = listed(row(1, currency="GBP"), states=(KNOWN,))
    assert pounds.rows[0].notes == ("currency: EUR / GBP",)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (ItemState.FOLLOWED, "conflict"),
        (ItemState.REVIEW, "conflict"),
        (ItemState.ESCALATED, "conflict"),
        (ItemState.SETTLED, "known"),
    ],
)
def test_what_is_open_is_compared_while_it_is_owed(state, code):
    """Of a settled invoice the list may still show its balance."""
    done = listed(row(1, amount_due=Decimal("600.00")), states=(replace(KNOWN, state=state),))
    assert done.rows[0].code == code


def test_what_a_list_does_not_say_is_no_difference():
    """A column that is not there, and a day that the books do not have."""
    bare = row(1, issue_date=None, due_date=None, total=None, currency=None)
    assert listed(bare, states=(KNOWN,)).rows[0].code == "known"
    undated = replace(KNOWN, invoice=replace(KNOWN.invoice, due_date=None))
    assert listed(row(1), states=(undated,)).rows[0].code == "known"


def test_a_row_that_is_not_followed_says_why():
    """A receipt, another's invoice, an excluded customer."""
    assert listed(row(1, kind=DocumentKind.RECEIPT)).rows == (Imported(1, "already_paid"),)
    assert listed(row(1, seller_vat="BE0403170701")).rows == (Imported(1, "not_our_invoice"),)
    excluded = replace(CREDITOR, excluded_debtors=("Client et Fils SA",))
    done = listed(row(1), row(2), creditor=excluded)
    assert (done.rows, done.decision.events) == ((Imported(1, "excluded"), Imported(2, "excluded")), ())


def test_a_list_enters_the_phase_that_was_agreed():
    """With a collector whose mandate says so, rows are in recovery from today."""
    fees = replace(CREDITOR.fees, phase=Phase.RECOUVREMENT)
    done = listed(row(1), creditor=replace(CREDITOR, fees=fees), collects=True)
    assert [e.phase for e in done.decision.events if isinstance(e, ev.PhaseEntered)] == [Phase.RECOUVREMENT]


def customers(*rows, states=(), **more):
    return imported_contacts(Ledger.of([*states]), rows, context(**more))


def test_a_list_of_customers_opens_accounts_and_adds_addresses():
    """A new one is opened, one without an address gets his, a known one is left alone; each once."""
    done = customers(
        reading(part=1, buyer_name="Nouveau SA", buyer_email="info@nouveau.example"),
        reading(part=2, buyer_name="Client et Fils SA", buyer_email="compta@client.example"),
        reading(part=3, buyer_name="Client et Fils SA", buyer_email="compta@client.example"),
        reading(part=4, buyer_name="Nouveau SA", buyer_email="info@nouveau.example"),
        states=(account(contacts=()),),
    )
    assert [(r.line, r.code) for r in done.rows] == [(1, "opened"), (2, "added"), (3, "known"), (4, "known")]
    assert done.rows[1].item == "d1"
    kinds = [type(e) for e in done.decision.events]
    assert kinds == [ev.DebtorOpened, ev.ContactAdded, ev.ContactAdded]
    assert not done.decision.letters


def test_another_address_than_the_known_one_is_told_and_not_taken():
    """A list may be old: the address that works stays; one of several known ones is no conflict."""
    done = customers(reading(part=1, buyer_email="autre@client.example"), states=(account(),))
    assert done.rows == (Imported(1, "conflict", "d1", (f"{DEBTOR} / autre@client.example",)),)
    assert not done.decision.events
    both = account(contacts=(Contact(DEBTOR), Contact("autre@client.example")))
    assert customers(reading(part=1, buyer_email="autre@client.example"), states=(both,)).rows[0].code == "known"


def test_a_name_nearly_like_a_known_one_opens_no_account():
    """It is named beside the one that it resembles, and the next row is read all the same."""
    done = customers(
        reading(part=1, buyer_name="Client et Filss SA", buyer_email="info@filss.example"),
        reading(part=2, buyer_name="Nouveau SA", buyer_email="info@nouveau.example"),
        states=(account(),),
    )
    assert done.rows[0] == Imported(1, "lookalike", "d1", ("Client et Fils SA",))
    assert done.rows[1].code == "opened"


def asked(kind, **more):
    return Instruction(kind, "ses mots", **more)


def test_a_dossier_is_of_each_debtor_and_for_the_owner():
    """Of all his invoices unless numbers were named; whoever reads along gets none."""
    items = [item("i1"), item("i2", debtor="d2"), item("i3"), item("i4", debtor="")]
    to_bailiff = replace(CREDITOR, hand_over_to="huissier@example.org")
    one, two = dossier(Ledger(), items, asked("dossier"), context(creditor=to_bailiff)).letters
    assert (one.kind, one.code, one.account, one.items, one.on) == (LetterKind.DOSSIER, "dossier", "d1", (), TODAY)
    assert (one.to, one.answers, two.account) == ((OWNER,), "mail-1", "d2")
    assert one.facts == (("reference", "d1"), ("hand_over_to", "huissier@example.org"))
    assert one.key != two.key
    assert one.key.startswith("dossier:dossier:mail-1:d")
    named = dossier(Ledger(), items, asked("dossier", numbers=("N-i1", "N-i3")), context()).letters[0]
    assert (named.items, named.facts) == (("i1", "i3"), (("reference", "d1"),))
    stranger = dossier(Ledger(), items[:1], asked("dossier"), context(sender="other@elsewhere.example")).letters[0]
    assert stranger.to == (OWNER,)


def test_a_certificate_is_of_what_was_written_off():
    """Where nothing was, the answer is about all and says how to."""
    items = [item("i1"), item("i2", state=ItemState.WRITTEN_OFF)]
    (letter,) = certificate(Ledger(), items, asked("certificate"), context()).letters
    assert (letter.code, letter.items) == ("certificate", ("i2",))
    (letter,) = certificate(Ledger(), items[:1], asked("certificate"), context()).letters
    assert (letter.code, letter.items) == ("not_written_off", ("i1",))


def test_what_was_handed_over_has_its_file_sent_unasked():
    """To the owner, with the account as the case's reference; each handing over once."""
    done = handed_over(account(), [item("i2"), item("i1")], context())
    (letter,) = done.letters
    assert (letter.kind, letter.code, letter.items, letter.account, letter.on) == (
        LetterKind.DOSSIER,
        "handed_over",
        ("i2", "i1"),
        "d1",
        TODAY,
    )
    assert (letter.to, letter.facts, letter.answers) == ((OWNER,), (("reference", "d1"),), "")
    same = handed_over(account(), [item("i1"), item("i2")], context()).letters[0]
    later = handed_over(account(), [item("i1"), item("i2")], replace(context(), now=NOW + timedelta(days=1)))
    assert letter.key == same.key != later.letters[0].key


SENT = Statement("EUR", 1, TODAY - timedelta(days=10), "friendly", ("i1", "i2"), "statement:1", "sent")


def settled(id_="i1", day=9, hour=10, **more):
    when = datetime(2026, 3, day, hour, tzinfo=UTC)
    made = item(id_, state=ItemState.SETTLED, paid="1000.00")
    return replace(made, settled_at=when, **more)


def thanked(*items, spoilt=(), statements=(SENT,), creditor=CREDITOR, today=TODAY, **more):
    debtor = account(statements=tuple(statements), **more)
    found = items or (settled("i1"), settled("i2"))
    return thanks(Ledger.of([debtor, *found]), debtor, spoilt, context(creditor=creditor, today=today))


def test_a_reminded_debtor_who_paid_everything_is_thanked():
    """At his address, in his language, with the key of the statement that he paid."""
    assert thanked() == Letter(
        kind=LetterKind.THANKS,
        key="thanks:statement:1",
        to=(DEBTOR,),
        creditor="acme",
        language="fr",
        items=("i1", "i2"),
        account="d1",
    )
    assert thanked(language="").language == "fr"


@pytest.mark.parametrize(
    "more",
    [
        {"creditor": replace(CREDITOR, thanks=False)},
        {"statements": ()},
        {"statements": (replace(SENT, state="queued"),)},
        {"contacts": ()},
        {"holds": (Hold(HoldKind.PAUSE, None, NOW),)},
        {"spoilt": ("i2",)},
        {
            "plans": (
                PaymentPlan(
                    "p",
                    "EUR",
                    (),
                    (PlanShare("i2", money("0")),),
                    TODAY,
                    4,
                    letters=(PlanLetter("thanks", 0, TODAY, "m"),),
                ),
            )
        },
    ],
)
def test_nobody_is_thanked_where_it_is_not_due(more):
    """Not wished, not reminded, nobody to write to, held, disputed or handed over once, thanked by his plan."""
    assert thanked(**more) is None


def test_a_plan_without_thanks_or_of_others_takes_none_away():
    """Only the plan's own word for these invoices counts."""
    plan = PaymentPlan(
        "p", "EUR", (), (PlanShare("i2", money("0")),), TODAY, 4, letters=(PlanLetter("agreed", 0, TODAY, "m"),)
    )
    assert thanked(plans=(plan,)) is not None
    other = replace(plan, shares=(PlanShare("i9", money("0")),), letters=(PlanLetter("thanks", 0, TODAY, "m"),))
    assert thanked(plans=(other,)) is not None


@pytest.mark.parametrize(
    "items",
    [
        (settled("i1"),),
        (settled("i1"), item("i2")),
        (settled("i1"), settled("i2"), item("i3")),
        (settled("i1"), replace(settled("i2"), state=ItemState.WITHDRAWN)),
        (settled("i1"), replace(settled("i2"), payments=())),
        (settled("i1"), replace(settled("i2"), payments=(Payment(money("1000.00"), TODAY, "credit_note"),))),
    ],
)
def test_only_paying_everything_is_thanked_for(items):
    """Not what is not seen, not while anything is open, not for what was withdrawn or credited."""
    assert thanked(*items) is None


@pytest.mark.parametrize(
    ("day", "hour", "due"),
    [(10, 9, False), (9, 10, True), (9, 23, False), (3, 10, True), (2, 10, False), (2, 23, True)],
)
def test_thanks_come_on_a_later_day_and_within_a_week(day, hour, due):
    """Reckoned in the creditor's own days, by the last invoice that was settled: 23:00 UTC is the next day in Brussels."""
    assert (thanked(settled("i1", day=1), settled("i2", day=day, hour=hour)) is not None) is due


def test_the_last_statement_is_the_latest_that_left():
    """Of one day the one of the higher number; what waits or was cancelled never left."""
    early = replace(SENT, cycle=2, on=TODAY - timedelta(days=20))
    assert last_sent((SENT, early)) is SENT
    second = replace(SENT, cycle=2)
    assert last_sent((second, SENT)) is second
    assert last_sent((replace(SENT, state="cancelled"),)) is None


SIGNS = (Sign("ACME", 100),)
RULE = FieldRule("total", Form(ValueKind.AMOUNT), beside=(Beside("Total", True),))


def test_a_lesson_is_kept_on_its_layout():
    """A new one is met first; the rules are learned and dropped one by one."""
    met, learned, dropped = remembered(None, SIGNS, [RULE], ["number"], "a" * 64, context())
    assert met == ev.LayoutMet(**HEAD, layout=met.layout, signs=SIGNS, document="a" * 64)
    assert learned == ev.LayoutRuleLearned(**HEAD, layout=met.layout, rule=RULE, document="a" * 64)
    assert dropped == ev.LayoutRuleDropped(**HEAD, layout=met.layout, field="number")
    assert met.layout.startswith("l")
    known = KnownLayout("l1", "acme", SIGNS, "b" * 64, NOW)
    assert remembered(known, SIGNS, [RULE], [], "c" * 64, context()) == (
        ev.LayoutRuleLearned(**HEAD, layout="l1", rule=RULE, document="c" * 64),
    )
    assert forgotten(known, context()) == Decision((ev.LayoutForgotten(**HEAD, layout="l1"),))
    assert forgotten(replace(known, forgotten=True), context()) == Decision()


DOCUMENT = {"document": "a" * 64, "filename": "facture.pdf"}


def lesson(before, after, doubts=(), left=()):
    """What the correction of one invoice teaches."""
    stood = replace(item("i1"), invoice=before, doubts=tuple(doubts))
    ledger = Ledger.of([account(), account("d2", name="Autre SA"), stood])
    event = ev.InvoiceCorrected(**HEAD, item="i1", before=before, invoice=after, doubts=tuple(left))
    return taught(Decision((event,)), ledger)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"number": "B-2"}, (("number", "B-2"),)),
        ({"issue_date": date(2026, 1, 3)}, (("issue_date", "2026-01-03"),)),
        ({"due": date(2026, 2, 3)}, (("due_date", "2026-02-03"),)),
        ({"due": None}, ()),
        ({"total": "1500.00"}, (("total", "1500.00"),)),
        ({"total": "-1500.00"}, (("total", "1500.00"),)),
        ({"deposit": money("12.00")}, (("deposit", "12.00"),)),
        ({"iban": "BE71096123456769"}, (("seller_iban", "BE71096123456769"),)),
        ({"reference": "RF18539007547034"}, (("payment_reference", "RF18539007547034"),)),
        ({"debtor": "d2"}, (("buyer_name", "Autre SA"),)),
        ({"total": "1000.00", "currency": "GBP"}, (("currency", "GBP"),)),
    ],
)
def test_a_corrected_field_teaches_its_right_value(change, fields):
    """By the name that its reading gives it; what was emptied teaches nothing."""
    found = lesson(invoice(**DOCUMENT), invoice(**DOCUMENT, **change))
    assert [t.fields for t in found] == ([fields] if fields else [])
    if found:
        assert (found[0].item, found[0].document, found[0].filename, found[0].number) == (
            "i1",
            "a" * 64,
            "facture.pdf",
            "N-i1",
        )


def test_a_confirmed_doubt_teaches_that_it_was_right():
    """Where nothing changed, the doubts that ended; never the account, which is proved otherwise."""
    same = invoice(**DOCUMENT, iban="BE83363012345615")
    assert lesson(same, same, doubts=("total", "iban"))[0].fields == (("total", "1000.00"),)
    assert lesson(same, same, doubts=("total",), left=("total",)) == ()
    assert lesson(invoice(), invoice(number="B")) == ()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"beside": (Beside("Total", True), Beside("Net", False))}, ("after «Total»", "right of «Net»")),
        ({"under": (Under("Date", 1), Under("Date", -1))}, ("under «Date», 1st value", "under «Date», last value")),
        ({"constant": Constant("EUR", printed=True)}, ("always EUR",)),
        ({"reckoned": Reckoned("issue_date", days=30)}, ("30 days after issue_date",)),
        ({"reckoned": Reckoned("issue_date", months=1, days=5)}, ("1 months and 5 days after issue_date",)),
        ({"reckoned": Reckoned("issue_date", days=30, month_end=True)}, ("30 days after issue_date, end of month",)),
        ({"reckoned": Reckoned("issue_date")}, ("same as issue_date",)),
        (
            {"places": (Place(1, 125, 60), Place(-1, 5, 999))},
            ("page 1, 12.5 % across and 6 % down", "page last, 0.5 % across and 99.9 % down"),
        ),
        (
            {"ranks": (Rank(0), Rank(-1), Rank(-2), Rank(2), Rank(3), Rank(4))},
            tuple(f"{n} amount of this form" for n in ("largest", "last", "2th from the end", "2nd", "3rd", "4th")),
        ),
    ],
)
def test_the_ways_of_a_rule_are_told_in_words(rule, words):
    """The most telling first, so that a person understands what was learned."""
    made = FieldRule("total", Form(ValueKind.AMOUNT), **rule)
    assert words_of(made) == words
    assert made.ways == len(words)


COLLECTED = {"collects": True}
IN_RECOVERY = (PhaseChange(Phase.RECOUVREMENT, TODAY),)


def registered(*items):
    events = tuple(ev.InvoiceRegistered(**HEAD, item=i.id, invoice=i.invoice) for i in items)
    letter = Letter(LetterKind.ACKNOWLEDGEMENT, "k", (OWNER,), "acme", "fr")
    return Decision(events, (letter, replace(letter, kind=LetterKind.QUESTION)))


def entered(decision):
    return [(e.item, e.phase) for e in decision.events if isinstance(e, ev.PhaseEntered)]


def test_recovery_asked_for_by_the_owner_is_told_in_the_answer():
    """The acknowledgement alone says the phase and its mandate."""
    given = registered(item("i1"))
    done = with_phase(Ledger.of([account()]), given, HandingOver(recovery=True, mandate="M-1"), context(**COLLECTED))
    assert entered(done) == [("i1", Phase.RECOUVREMENT)]
    assert [x.facts for x in done.letters] == [(("phase", "recouvrement"), ("mandate", "M-1")), ()]
    bare = with_phase(Ledger.of([account()]), given, HandingOver(recovery=True), context(**COLLECTED))
    assert bare.letters[0].facts == (("phase", "recouvrement"),)


def test_only_the_owner_asks_for_recovery():
    """A colleague's wish is answered; agreed on in the file, anybody's handing over enters it."""
    who = {"role": Role.STAFF, "sender": STAFF, **COLLECTED}
    given, books = registered(item("i1")), Ledger.of([account()])
    done = with_phase(books, given, HandingOver(recovery=True), context(**who))
    assert (entered(done), done.letters[0].facts) == ([], (("phase", "owner_only"),))
    agreed = replace(CREDITOR, fees=replace(CREDITOR.fees, phase=Phase.RECOUVREMENT))
    assert entered(with_phase(books, given, HandingOver(), context(creditor=agreed, **who)))
    for same in (
        with_phase(books, given, HandingOver(), context(**COLLECTED)),
        with_phase(books, given, HandingOver(recovery=True), context()),
        with_phase(books, Decision(), HandingOver(recovery=True), context(**COLLECTED)),
        with_phase(books, registered(item("i1", credit_note=True)), HandingOver(recovery=True), context(**COLLECTED)),
    ):
        assert not entered(same)
        assert not [x for x in same.letters if x.facts]


def test_the_owner_hands_over_and_takes_back():
    """Open invoices only; in a collector's hands the phase follows."""
    items = [item("i1"), item("i2", state=ItemState.SETTLED)]
    done = escalate(Ledger(), items, asked("escalate"), context())
    assert done.events == (ev.InvoiceEscalated(**HEAD, item="i1"),)
    assert (done.letters[0].code, done.letters[0].items, done.letters[0].words) == ("escalated", ("i1",), "ses mots")
    done = escalate(Ledger(), items, asked("escalate"), context(**COLLECTED))
    assert (entered(done), done.letters[0].code) == ([("i1", Phase.RECOUVREMENT)], "recovery")
    nothing = escalate(Ledger(), items[1:], asked("escalate"), context())
    assert (nothing.events, nothing.letters[0].code, nothing.letters[0].items) == ((), "nothing_done", ("i2",))


def test_what_was_handed_over_is_collected_amicably_again():
    """The end of recovery and of the escalation; what is in neither stays as it is."""
    gone = replace(item("i1"), state=ItemState.ESCALATED, phases=IN_RECOVERY)
    done = amicable(Ledger(), [gone, item("i2")], asked("amicable"), context())
    assert done.events == (
        ev.InvoiceReopened(**HEAD, item="i1"),
        ev.PhaseEntered(**HEAD, item="i1", phase=Phase.ENCAISSEMENT, on=TODAY),
    )
    assert (done.letters[0].code, done.letters[0].items, done.letters[0].words) == ("undone", ("i1",), "ses mots")
    only = amicable(Ledger(), [replace(item("i1"), phases=IN_RECOVERY)], asked("amicable"), context())
    assert [type(e) for e in only.events] == [ev.PhaseEntered]
    escalated = amicable(Ledger(), [item("i1", state=ItemState.ESCALATED)], asked("amicable"), context())
    assert [type(e) for e in escalated.events] == [ev.InvoiceReopened]
    closed = replace(gone, state=ItemState.SETTLED)
    assert amicable(Ledger(), [closed, item("i2")], asked("amicable"), context()).letters[0].code == "nothing_done"
