"""What people say in their replies, and what must never be concluded from it."""

import json
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agent.parsers.replies
from agent.parsers.replies.clauses import fold, sentences
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


def test_the_second_opinion_corrects_a_firm_rule_where_it_can_be_taken_back() -> None:
    """A flat contradiction gives the opinion's meaning; what a rule heard that acts by itself then goes to a person."""
    reading = read_reply(
        "La chaudière ne fonctionne pas.", role="debtor", received=RECEIVED, opinion=_Sure("delay_request")
    )
    assert [one.label for one in reading.intents] == ["delay_request"]
    assert not reading.needs_human
    reading = read_reply(
        "La facture a été payée le 3 mars.", role="debtor", received=RECEIVED, opinion=_Sure("delay_request")
    )
    assert reading.needs_human


def test_the_second_opinion_is_asked_only_where_it_matters() -> None:
    """Once a rule was firm, silent sentences are not asked about; nor are greetings, nor more than a few sentences."""
    asked: list[str] = []

    class Listening:
        def judge(self, sentence: str) -> dict[str, float]:
            asked.append(sentence)
            return {"nothing": 1.0}

    text = "Bonjour,\nLe chat dort sur le radiateur.\nNous paierons vendredi.\nBien à vous,"
    read_reply(text, role="debtor", received=RECEIVED, opinion=Listening())
    assert asked == ["Nous paierons vendredi."]
    asked.clear()
    read_reply("Le chat dort sur le radiateur. " * 30, role="debtor", received=RECEIVED, opinion=Listening())
    assert 1 <= len(asked) <= 5


def test_what_only_the_second_opinion_heard_has_its_slots() -> None:
    """Instalments, sums and addresses are read from a sentence that no rule understood."""
    text = "Si on coupait la poire : quarante et un morceaux de 60 € le 1er mai ?"
    plan = read_reply(text, role="debtor", received=RECEIVED, opinion=_Sure("payment_plan_request")).intents[0]
    assert (plan.amount, plan.on) == (Decimal(60), date(2026, 5, 1))
    moved = read_reply(
        "Julie (julie@boulons.be) tient la bourse.",
        role="debtor",
        received=RECEIVED,
        opinion=_Sure("change_of_contact"),
    ).intents[0]
    assert (moved.contact, moved.contact_name) == ("julie@boulons.be", "Julie")


def test_a_claim_beside_the_promise_of_the_rest_is_of_a_part() -> None:
    """Half paid, half to come: the claim is partial, unless each names its own invoice."""
    reading = read_reply("Nous avons payé 500 € hier. Le reste sera viré vendredi.", role="debtor", received=RECEIVED)
    assert {one.label: one.partial for one in reading.intents} == {"claims_paid": True, "promise_to_pay": False}


@pytest.mark.parametrize(
    "text",
    [
        "Mes voisins ont payé la leur.",
        "Had I known, I would have paid.",
        "Beinahe hätte ich gestern gezahlt.",
        "De andere facturen zijn voldaan, deze niet.",
        "Our bank had promised us the money for Monday.",
        "Sent from my phone",
    ],
)
def test_other_peoples_and_unreal_payments_are_none(text: str) -> None:
    """What others paid, what nearly was, what should have been: neither a claim nor a promise."""
    reading = read_reply(text, role="debtor", received=RECEIVED)
    assert not {one.label for one in reading.intents} & {"claims_paid", "promise_to_pay"} or reading.needs_human


@pytest.mark.parametrize(
    "text", ["Bis Dienstag ist das erledigt.", "Dinsdag is dat geregeld.", "C'est réglé pour mardi."]
)
def test_a_participle_before_a_day_to_come_is_a_promise(text: str) -> None:
    """ "Settled by Tuesday" promises, it does not claim."""
    labels = {one.label for one in read_reply(text, role="debtor", received=RECEIVED).intents}
    assert labels == {"promise_to_pay"}


def test_the_opinion_learns_from_thousands_of_clauses_of_its_own() -> None:
    """Six thousand clauses, no wording twice in a language; none is a sentence of the corpus that measures it."""
    clauses = {path.stem: [line for line in _lines(path) if not line.startswith("== ")] for path in TRAINING}
    assert sum(map(len, clauses.values())) > 6_000
    for texts in clauses.values():
        assert len({fold(text) for text in texts}) == len(texts)
    corpus = Path(__file__).parents[4] / "shared" / "corpus" / "replies" / "dev.jsonl"
    if not corpus.is_file():
        pytest.skip("the corpus is not here")
    mails = [json.loads(line)["body"] for line in _lines(corpus)]
    told = {one.folded for mail in mails for one in sentences(mail) if len(one.folded.split()) > 4}
    assert [text for texts in clauses.values() for text in texts if fold(text) in told] == []


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


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
