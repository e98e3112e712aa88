"""The order in which many waiting mails are handled: who vouches for himself first, each creditor in his turn, and nobody never."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from agent.config.settings import Trust
from agent.domain.banks import Banks
from agent.domain.parties import Role
from agent.intake.directory import Directory
from agent.ports import MessageRef
from agent.service.turns import FEW, STRETCH, AddressBook, Place, Standing, Turns, in_turn

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLACES = st.lists(st.tuples(st.sampled_from(Standing), st.sampled_from("abc")), max_size=60)
PEOPLE = {f"owner@c{n}.example": ((f"c{n}", Role.OWNER),) for n in range(5)}


def _refs(count: int) -> list[MessageRef]:
    return [MessageRef(str(number), 1) for number in range(count)]


@given(PLACES)
def test_each_mail_comes_once_and_none_waits_for_ever(told):
    """Whoever wrote them: every mail has its turn, once, and at the latest ten places later for each mail that came before it."""
    refs = _refs(len(told))
    order = list(in_turn(refs, {ref.id: Place(*place) for ref, place in zip(refs, told, strict=True)}))
    assert sorted(order, key=lambda ref: int(ref.id)) == refs
    assert all(at <= 10 * (int(ref.id) + 1) for at, ref in enumerate(order))


@given(PLACES)
def test_a_senders_mails_keep_their_order(told):
    """Within a lane a later mail never overtakes an earlier one."""
    refs = _refs(len(told))
    places = {ref.id: Place(*place) for ref, place in zip(refs, told, strict=True)}
    order = list(in_turn(refs, places))
    for lane in set(places.values()):
        mine = [int(ref.id) for ref in order if places[ref.id] == lane]
        assert mine == sorted(mine)


def test_creditors_take_turns():
    """One mail of each of four creditors is handled among the first five, although five hundred of another came before."""
    refs = _refs(504)
    places = {ref.id: Place(Standing.PROVED, "many" if int(ref.id) < 500 else ref.id) for ref in refs}
    assert {ref.id for ref in list(in_turn(refs, places))[:5]} >= {"500", "501", "502", "503"}


@dataclass
class _Shelf:
    """A mailbox of heads alone; counts how many were asked for."""

    heads_by_id: dict[str, bytes]
    asked: list[int] = field(default_factory=list)

    def unhandled(self, limit=500):
        return [MessageRef(id_, 1) for id_ in self.heads_by_id][:limit]

    def heads(self, refs):
        self.asked.append(len(refs))
        return {ref.id: self.heads_by_id[ref.id] for ref in refs if self.heads_by_id[ref.id]}


class _Debtors:
    """A store that knows one debtor's address."""

    def find(self, terms, creditor=None, *, most=None):
        return {term: ("account",) for term in terms if term[1] == "debtor@d.example"}


def _head(sender: str, *more: str) -> bytes:
    return "\r\n".join((*more, f"From: {sender}", "", "")).encode()


def _book(*, dkim: bool = True) -> AddressBook:
    banks = Banks()
    return AddressBook(Directory(PEOPLE, frozenset(), banks), _Debtors(), Trust(("mx.us.example",), dkim))


def _first(shelf: _Shelf, book: AddressBook) -> list[str]:
    return [ref.id for ref in Turns().next(shelf, book, NOW)]


def test_few_mails_come_as_they_came_and_nobody_looks_at_them():
    """The order of a quiet day is that of arrival."""
    shelf = _Shelf({str(n): _head("x@y.example") for n in range(FEW)})
    assert _first(shelf, _book()) == list(shelf.heads_by_id)
    assert shelf.asked == []


def test_who_is_vouched_for_comes_before_claims_debtors_and_strangers():
    """A creditor with our server's word or a signature of his domain, then his bare name, then debtors, then everybody else."""
    heads = {f"s{n}": _head(f"s{n}@stranger.example") for n in range(200)}
    heads["debtor"] = _head("Debtor <debtor@d.example>")
    heads["claimed"] = _head(
        "owner@c1.example", "Authentication-Results: evil.example; dmarc=pass header.from=c1.example"
    )
    heads["failed"] = _head(
        "owner@c1.example", "Authentication-Results: mx.us.example; dmarc=fail header.from=c1.example"
    )
    heads["signed"] = _head("owner@c2.example", "DKIM-Signature: v=1; a=rsa-sha256; d=c2.example; s=x; b=abc")
    heads["forged"] = _head("owner@c3.example", "DKIM-Signature: v=1; a=rsa-sha256; d=evil.example; s=x; b=abc")
    heads["proved"] = _head(
        "owner@c4.example", "Authentication-Results: mx.us.example; dmarc=pass header.from=c4.example"
    )
    order = _first(_Shelf(heads), _book())
    assert order[:6] == ["signed", "proved", "claimed", "forged", "failed", "debtor"]
    assert len(order) == STRETCH
    without = _first(_Shelf(heads), _book(dkim=False))
    assert without[0] == "proved"


def test_a_head_that_vanished_or_says_nothing_stands_among_the_strangers():
    """Nothing that a head lacks keeps its mail from being handled."""
    heads = {str(n): b"" if n % 2 else b"\xff\x00 no header" for n in range(FEW + 1)}
    assert sorted(_first(_Shelf(heads), _book())) == sorted(heads)


def test_what_was_looked_at_is_not_looked_at_again():
    """While thousands wait, only what came since is asked for."""
    shelf = _Shelf({str(n): _head("x@y.example") for n in range(3_000)})
    turns, book = Turns(), _book()
    turns.next(shelf, book, NOW)
    assert sum(shelf.asked) == 2_000
    turns.next(shelf, book, NOW)
    assert sum(shelf.asked) == 3_000
    turns.next(shelf, book, NOW)
    assert sum(shelf.asked) == 3_000
    shelf.heads_by_id["late"] = _head(
        "owner@c4.example", "Authentication-Results: mx.us.example; dmarc=pass header.from=c4.example"
    )
    assert turns.next(shelf, book, NOW)[0].id == "late"
    assert sum(shelf.asked) == 3_001
