"""Values survive the way through JSON, and old documents are brought forward."""

import json
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain import events as ev
from agent.domain.dunning_plan import PlanChange
from agent.domain.invoice_parts import Instalment
from agent.domain.invoices import Invoice
from agent.domain.layouts import KnownLayout
from agent.domain.ledger import DebtorAccount, OpenItem, Question
from agent.domain.money import Money
from agent.errors import CorruptStore
from agent.mail.outgoing import OutgoingMail
from agent.ports import MessageRecord
from agent.store.codec import decode, dumps, encode, encode_fields
from agent.store.records import mail_document, mail_of, message_document, message_of, state_document, state_of
from agent.store.upgrade import upgraded, version_of

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda d: d.replace(tzinfo=UTC))
decimals = st.decimals(-(10**9), 10**9, places=2)

st.register_type_strategy(Money, st.builds(Money, decimals, st.just("EUR")))
st.register_type_strategy(Instalment, st.builds(Instalment, st.dates(), decimals))
st.register_type_strategy(PlanChange, st.builds(PlanChange, tolerance=st.none() | decimals))
st.register_type_strategy(datetime, moments)
st.register_type_strategy(Decimal, decimals)


@pytest.mark.parametrize("kind", get_args(ev.Event), ids=lambda kind: kind.__name__)
def test_every_event_survives(kind):
    """Whatever an event holds, the JSON gives it back."""

    @settings(max_examples=15, deadline=None)
    @given(st.builds(kind, **{f.name: st.from_type(f.type) for f in fields(kind) if f.type in (str, int)}))
    def survives(event):
        assert decode(kind, json.loads(dumps(encode_fields(event)))) == event

    survives()


@pytest.mark.parametrize(
    ("kind", "write", "read"),
    [
        (OpenItem, state_document, state_of),
        (DebtorAccount, state_document, state_of),
        (Question, state_document, state_of),
        (KnownLayout, state_document, state_of),
        (OutgoingMail, mail_document, mail_of),
        (MessageRecord, message_document, message_of),
        (Invoice, encode_fields, lambda document: decode(Invoice, document)),
    ],
)
def test_every_record_survives(kind, write, read):
    """States, mails and message records come back as they went in."""

    @settings(max_examples=25, deadline=None)
    @given(st.from_type(kind))
    def survives(value):
        assert read(json.loads(json.dumps(write(value)))) == value

    survives()


def test_the_json_is_plain_to_read():
    """Dates in ISO 8601, money as text and currency, enums by value, nothing said about what is not there."""
    event = ev.PaymentReceived(
        at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        source="m",
        creditor="c",
        item="i",
        amount=Money.of("12.50", "EUR"),
        on=date(2026, 3, 1),
        evidence="bank",
    )
    assert encode_fields(event) == {
        "at": "2026-03-02T09:00:00+00:00",
        "source": "m",
        "creditor": "c",
        "item": "i",
        "amount": {"amount": "12.50", "currency": "EUR"},
        "on": "2026-03-01",
        "evidence": "bank",
        "reference": "",
        "payer": "",
        "iban": "",
        "words": "",
        "account": "",
        "document": "",
        "filename": "",
        "because": [],
    }


def test_only_texts_are_personal():
    """What is kept apart to be erased is text; a personal field of another form would stay in the event."""
    for kind in get_args(ev.Event):
        assert all(f.type == "str" for f in fields(kind) if f.metadata.get("personal"))


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Thing:
    name: str
    colour: Colour
    maybe: int | None
    pair: tuple[str, int]
    size: float = 1.0


def test_fields_that_may_be_missing_are_filled():
    """What is None or has a default may be left out; what is unknown is passed over; what is needed must be there."""
    thing = Thing("a", Colour.RED, None, ("b", 1))
    assert encode(thing) == {"name": "a", "colour": "red", "pair": ["b", 1], "size": 1.0}
    assert decode(Thing, {"name": "a", "colour": "red", "pair": ["b", 1], "more": 1}) == thing
    assert decode(Thing, {"name": "a", "colour": "red", "pair": ["b", 1], "size": 1}).size == 1
    with pytest.raises(TypeError):
        decode(Thing, {"colour": "red", "pair": ["b", 1]})


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": 1, "colour": "red", "pair": ["b", 1]},
        {"name": "a", "colour": "blue", "pair": ["b", 1]},
        {"name": "a", "colour": "red", "pair": ["b"]},
        {"name": "a", "colour": "red", "pair": ["b", True]},
    ],
)
def test_a_wrong_document_is_an_error(wrong):
    """A value of the wrong type is never taken for another."""
    with pytest.raises((TypeError, ValueError)):
        decode(Thing, wrong)


def test_what_has_no_form_is_refused():
    """Sets, dicts and lists are no values of ours."""
    for value in ({1}, object(), timedelta(1)):
        with pytest.raises(TypeError):
            encode(value)
    with pytest.raises(TypeError):
        encode_fields("text")
    for kind in (int | str | None, int | str, dict, set):
        with pytest.raises(TypeError):
            decode(kind, "x")


STEPS = {
    "Thing": (
        lambda d: {**d, "name": d["title"]},
        lambda d: {**d, "name": d["name"].upper()},
    )
}


def test_old_versions_are_brought_forward_step_by_step():
    """A document of version 1 goes through every step, one of version 2 through the last, today's through none."""
    assert version_of("Thing", STEPS) == 3
    assert version_of("Other", STEPS) == 1
    assert upgraded({"type": "Thing", "v": 1, "title": "a"}, STEPS)["name"] == "A"
    assert upgraded({"type": "Thing", "v": 2, "name": "a"}, STEPS)["name"] == "A"
    assert upgraded({"type": "Thing", "v": 3, "name": "a"}, STEPS)["name"] == "a"


@pytest.mark.parametrize(
    "head", [{}, {"type": "Thing"}, {"type": "Thing", "v": 4}, {"type": "Thing", "v": 0}, {"v": 1}]
)
def test_versions_of_the_future_and_none_at_all_are_refused(head):
    """What this program does not know is not guessed at."""
    with pytest.raises(CorruptStore):
        upgraded(head, STEPS)


def test_a_state_of_an_unknown_kind_is_refused():
    """A table that holds something else is damaged."""
    with pytest.raises(CorruptStore):
        state_of({"type": "Ghost", "v": 1})
    with pytest.raises(CorruptStore):
        state_of({"type": "Question", "v": 1, "id": 3})
