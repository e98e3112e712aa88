"""What a person lets go, how several channels report together, and what a run does when nothing is certain."""

from datetime import timedelta

from agent.mail.outgoing import OutboxState
from agent.outbox.by_hand import RELEASED, WAITS_FOR_A_WORD, release
from agent.outbox.rules import DeliveryReport, together
from agent.ports import Commit
from agent.store.tinydb_store import TinyStore
from tests.store.builders import NOW, mail

LATER = NOW + timedelta(hours=3)


def test_only_what_waited_for_a_word_is_let_go(tmp_path):
    """At once, and the store remembers when; what waits for another reason, or is no more queued, stays."""
    store = TinyStore.open(tmp_path / "relance.db")
    tomorrow = NOW + timedelta(days=1)
    waiting = [mail(f"s{n}", note=WAITS_FOR_A_WORD, not_before=tomorrow) for n in (1, 2)]
    others = [
        mail("s3", not_before=tomorrow),
        mail("s4", note=WAITS_FOR_A_WORD, state=OutboxState.CANCELLED, not_before=tomorrow),
    ]
    store.commit(Commit(outgoing=(*waiting, *others)))
    assert release(store, LATER) == 2
    assert {m.key: (m.note, m.not_before) for m in store.outbox([OutboxState.QUEUED], due_at=LATER)} == {
        "s1": ("let go by hand", LATER),
        "s2": ("let go by hand", LATER),
    }
    assert [store.mail(m.key) for m in others] == others
    assert store.note(RELEASED) == LATER.isoformat()
    assert release(store, LATER + timedelta(days=1)) == 0
    store.close()


def test_channels_report_as_one():
    """Every mail of each, the earliest moment at which to come back, and the first problem."""
    one = DeliveryReport(sent=("a",), held=("b",), resume_at=LATER, problem="")
    two = DeliveryReport(sent=("c",), failed=("d",), cancelled=("e",), resume_at=NOW, problem="away")
    three = DeliveryReport(postponed=("f",), deferred=("g",), unresolved=("h",), problem="also away")
    assert together([one, two, three]) == DeliveryReport(
        ("a", "c"), ("d",), ("b",), ("e",), ("f",), ("g",), ("h",), resume_at=NOW, problem="away"
    )
    assert together([]) == DeliveryReport()
