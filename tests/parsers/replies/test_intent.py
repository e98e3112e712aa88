"""What people say in their replies, and what must never be concluded from it."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agent.parsers.replies
from agent.parsers.replies.intent import allowed, read_reply
from agent.parsers.replies.lexicon import LANGUAGES, lexicon
from tests.parsers.replies.data import RECEIVED, load

MAILS = load("replies.toml")["mail"]
SLOTS = ("on", "until", "reason", "condition", "about", "contact", "instalments")
ORDERS = (
    "payment_notice",
    "credit_note",
    "pause",
    "resume",
    "withdraw",
    "correction",
    "approve",
    "refuse",
    "status_request",
)
TRAINING = sorted((Path(agent.parsers.replies.__file__).parent / "training").glob("*.txt"))


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail["text"][:40])
def test_a_reply_means_this(mail: dict[str, Any]) -> None:
    """Each mail gives its labels and slots; what would do harm is never concluded without a person."""
    reading = read_reply(
        mail["text"], role=mail.get("role", "debtor"), received=RECEIVED, subject=mail.get("subject", "")
    )
    labels = {one.label: one for one in reading.intents}
    if "labels" in mail:
        assert set(labels) == set(mail["labels"]), reading
        first = labels[mail["labels"][0]]
        assert {name: getattr(first, name) for name in SLOTS if name in mail} == {
            name: mail[name] for name in SLOTS if name in mail
        }
        assert "amount" not in mail or first.amount == Decimal(mail["amount"])
        assert set(mail.get("numbers", ())) <= set(first.numbers)
    harmful = set(labels) & set(mail.get("never", ()))
    assert not harmful or reading.needs_human, reading


def test_a_hundred_mails_are_mostly_understood_and_none_does_harm() -> None:
    """On the closing set nine of ten mails give exactly their labels, and no wrong one would act without a person."""
    closing = load("closing.toml")
    acting = {
        "promise_to_pay",
        "claims_paid",
        "payment_advice",
        "payment_notice",
        "pause",
        "approve",
        "resume",
        "withdraw",
    }
    right, harmful = 0, []
    for role, labels, text in closing["mails"]:
        reading = read_reply(text, role={"d": "debtor", "c": "client"}[role], received=closing["received"])
        got = {one.label for one in reading.intents}
        right += got == set(labels.split())
        harmful += [text] if (got - set(labels.split())) & acting and not reading.needs_human else []
    assert right >= 90
    assert harmful == []


@pytest.mark.parametrize(("role", "text"), load("traps.toml")["traps"])
def test_a_trap_concludes_nothing_that_acts(role: str, text: str) -> None:
    """Doubt, hearsay, obligation, failed transfers and other people's payments never act without a person."""
    reading = read_reply(text, role={"d": "debtor", "c": "client"}[role], received=RECEIVED)
    acting = {
        "promise_to_pay",
        "claims_paid",
        "payment_advice",
        "payment_notice",
        "pause",
        "approve",
        "resume",
        "withdraw",
        "correction",
    }
    assert reading.needs_human or not {one.label for one in reading.intents} & acting, reading


class _Sure:
    """A second opinion that always says the same."""

    def __init__(self, label: str) -> None:
        self.label = label

    def judge(self, sentence: str) -> dict[str, float]:
        return {self.label: 0.9, "nothing": 0.1}


def test_the_second_opinion_speaks_where_the_rules_are_silent() -> None:
    """A sentence that no rule understands takes the opinion's label and reason; a reversible one needs no person."""
    reading = read_reply(
        "Het behang komt naar beneden.", role="debtor", received=RECEIVED, opinion=_Sure("dispute:quality")
    )
    assert [(one.label, one.reason) for one in reading.intents] == [("dispute", "quality")]
    assert not reading.needs_human


@pytest.mark.parametrize("label", ["promise_to_pay", "claims_paid", "acknowledgement_only", "payment_advice"])
def test_the_second_opinion_alone_never_acts(label: str) -> None:
    """What has an effect of its own goes to a person when only the model says so."""
    reading = read_reply("Het behang komt naar beneden.", role="debtor", received=RECEIVED, opinion=_Sure(label))
    assert [one.label for one in reading.intents] == [label]
    assert reading.needs_human


def test_the_second_opinion_makes_a_payment_doubtful() -> None:
    """Where it contradicts a promise flatly, a person looks."""
    reading = read_reply("Nous paierons vendredi.", role="debtor", received=RECEIVED, opinion=_Sure("hostile"))
    assert reading.needs_human


def test_the_second_opinion_keeps_the_senders_limits() -> None:
    """A debtor gives no order, whatever the model hears."""
    reading = read_reply("Het behang komt naar beneden.", role="debtor", received=RECEIVED, opinion=_Sure("pause"))
    assert reading.intents == ()


@pytest.mark.parametrize("role", ["debtor", "other", "stranger", "bank"])
def test_only_our_side_gives_orders(role: str) -> None:
    """No debtor, stranger or bank ever pauses, approves or withdraws; only the bank beside us reports a payment."""
    assert [label for label in ORDERS if allowed(label, role)] == (["payment_notice"] if role == "bank" else [])


@pytest.mark.parametrize("path", TRAINING, ids=lambda path: path.stem)
def test_no_debtor_clause_gives_an_order(path: Path) -> None:
    """None of the clauses we know, read as a debtor's, yields an instruction of the creditor."""
    for line in path.read_text(encoding="utf-8").splitlines():
        reading = read_reply(line, role="debtor", received=RECEIVED)
        assert not {one.label for one in reading.intents} & set(ORDERS), line


@pytest.mark.parametrize("path", TRAINING, ids=lambda path: path.stem)
def test_what_means_nothing_concludes_no_payment(path: Path) -> None:
    """Courtesies, unreal tenses, irony and denials never become a promise or a payment on their own."""
    clauses = path.read_text(encoding="utf-8").split("== nothing\n")[1:]
    lines = [line for part in clauses for line in part.split("\n== ")[0].splitlines() if line]
    wrong = []
    for line in lines:
        reading = read_reply(line, role="debtor", received=RECEIVED)
        if {one.label for one in reading.intents} & {"promise_to_pay", "claims_paid"} and not reading.needs_human:
            wrong.append(line)
    assert len(wrong) <= 1, wrong


def test_nothing_understood_goes_to_a_person() -> None:
    """An empty mail, or one about something else entirely, concludes nothing."""
    for text in ("", "👍", "xyz qwerty", "Le chat dort sur le radiateur."):
        assert read_reply(text, role="debtor", received=RECEIVED).needs_human


def test_every_intent_shows_its_words_and_its_rule() -> None:
    """What is concluded can be explained: the sentence and the pattern."""
    intent = read_reply("Bonjour. Nous paierons vendredi. Merci.", role="debtor", received=RECEIVED).intents[0]
    assert intent.words == "Nous paierons vendredi."
    assert intent.because.startswith("fr:")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pattern_compiles(language: str) -> None:
    """Each pattern of each lexicon is a regular expression that finds nothing in an empty line."""
    words = lexicon(language)
    patterns = {id(pattern): pattern for group in words._by_key.values() for pattern in group} | {
        id(one): one for one in words._always
    }
    assert len(patterns) > 200
    assert not [pattern.source for pattern in patterns.values() if pattern.regex.search("")]


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=500),
    st.sampled_from(["debtor", "client", "bank", "other"]),
    st.dates(date(2000, 1, 1), date(2090, 12, 31)),
)
def test_no_text_raises(text: str, role: str, received: date) -> None:
    """Whatever is written by whomever, a reading comes back and keeps the sender's limits."""
    reading = read_reply(text, role=role, received=received)
    assert all(allowed(one.label, role) for one in reading.intents)


@pytest.mark.parametrize(
    "piece",
    [
        "ne pas payer ",
        "1.",
        "a@",
        "facture 2026-118 payee demain le 15 mars ",
        "en 2 fois de la ",
        "x",
        "si ",
        "+",
        "le 15 ",
    ],
)
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    """Twenty thousand characters of anything are read within a second."""
    text = (piece * 20_000)[:20_000]
    begun = time.perf_counter()
    read_reply(text, role="debtor", received=RECEIVED)
    assert time.perf_counter() - begun < 1.0
