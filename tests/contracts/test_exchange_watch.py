"""How new mail on Exchange is noticed: notifications, their gaps, and the sync state that outlives the program. INBOX is the truth."""

import signal
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest

from agent.backends.exchange import ExchangeMailbox
from agent.demo.cast import write_configuration
from agent.errors import TemporaryError
from agent.ports import Box
from agent.service.bootstrap import build, close
from agent.store.notes import StoreMemory
from agent.store.tinydb_store import TinyStore
from tests.contracts.harness import ExchangeHarness
from tests.contracts.test_mailbox import mail
from tests.servers import certificate
from tests.servers.ews import PASSWORD, USER, Exchange, Item


@pytest.fixture
def server(tmp_path):
    """A running fake server."""
    with Exchange(certificate(tmp_path)) as running:
        yield running


class Kept(dict):
    """A memory that forgets nothing."""

    recall = dict.get
    keep = dict.__setitem__


@pytest.fixture
def memory():
    """What the mailbox remembers from one start to the next."""
    return Kept()


@pytest.fixture
def start(server, memory):
    """Makes an opened mailbox, as a start of the program does; the one before is gone without a farewell."""
    made = []

    def started(**changes):
        account = ExchangeHarness(server).account(poll_every=0.05, **changes)
        box = ExchangeMailbox(account, memory=memory)
        box.open()
        made.append(box)
        return box

    yield started
    for box in made:
        box.close()


def handle_all(box):
    """One round of work, as the daemon does it: until INBOX is found empty."""
    count = 0
    while refs := box.unhandled():
        for ref, _ in box.fetch(refs):
            box.file(ref, Box.HANDLED)
            count += 1
    return count


def syncs(server):
    return server.operations.count("SyncFolderItems")


def told(box, seconds=3.0):
    """Whether the mailbox says within this time that there is something."""
    return box.wait(seconds)


def test_a_quiet_inbox_costs_one_small_request_at_a_time(server, start):
    """Once in step, a wait asks for notifications and for nothing else."""
    box = start()
    handle_all(box)
    box.wait(0.2)
    server.operations.clear()
    assert box.wait(0.4) is False
    assert set(server.operations) == {"GetEvents"}
    assert len(server.operations) <= 10


def test_the_place_is_kept_when_everything_is_done(server, start, memory):
    """A state is kept only after INBOX was found empty behind it: not while a mail that it announced still lies there."""
    box = start()
    server.put("inbox", mail(1))
    assert told(box)
    box.unhandled()
    assert memory == {}
    handle_all(box)
    assert len(memory) == 1


def test_a_crash_before_the_work_was_done_shows_the_mail_again(server, start, memory):
    """Announced, listed, not handled, and the program dies: the next start is told of it."""
    first = start()
    handle_all(first)
    first.wait(0)
    handle_all(first)
    before = dict(memory)
    server.put("inbox", mail(1))
    assert told(first)
    first.unhandled()
    assert memory == before
    second = start()
    assert told(second)
    assert handle_all(second) == 1


def test_the_next_start_asks_only_for_what_is_new(server, start, memory):
    """With a kept state the server is asked for the changes since then."""
    box = start()
    for number in range(3):
        server.put("inbox", mail(number))
    told(box)
    assert handle_all(box) == 3
    box.wait(0.2)
    handle_all(box)
    again = start()
    assert again.wait(0.2) is False
    assert b"SyncState" in server.requests["SyncFolderItems"]
    assert b"Create" not in server.answer(server.requests["SyncFolderItems"])[1]
    server.put("inbox", mail(9))
    assert told(again)
    assert handle_all(again) == 1


@pytest.mark.parametrize("state", ["forgotten", "nonsense", "of another folder", "none"])
def test_a_state_that_is_no_good_loses_no_mail(server, start, memory, state):
    """Forgotten by the server, damaged, of another life or lost: everything in INBOX is asked for anew."""
    box = start()
    box.wait(0)
    handle_all(box)
    (key,) = memory
    server.put("inbox", mail(1))
    if state == "forgotten":
        server.changes.forget_states()
    elif state == "nonsense":
        memory[key] = "?? not base64"
    elif state == "of another folder":
        memory[key] = server.changes.since("sentitems", "", 512)[1]
    else:
        memory.clear()
    again = start()
    assert told(again)
    assert handle_all(again) == 1


def test_a_state_that_becomes_invalid_on_the_way_is_replaced(server, start):
    """The mailbox is moved to another database while the program runs."""
    box = start()
    box.wait(0)
    server.changes.forget_states()
    server.put("inbox", mail(1))
    assert told(box)
    assert handle_all(box) == 1
    assert box.wait(0.2) is False


def test_a_state_belongs_to_one_mailbox(server, start, memory):
    """When the configuration names another mailbox under the same name, the old one's state is not used."""
    box = start()
    box.wait(0)
    handle_all(box)
    assert all(server.host in key and "relance@example.org" in key for key in memory)


def test_the_stores_notes_remember(tmp_path):
    """What was kept outlives the program once it was written down; what nobody kept is unknown."""
    store = TinyStore.open(tmp_path / "relance.db")
    memory = StoreMemory(store)
    memory.keep("place", "x")
    memory.keep("place", "y" * 5_000)
    assert memory.recall("place") == "y" * 5_000
    assert StoreMemory(store).recall("place") is None
    memory.write_down()
    store.close()
    store = TinyStore.open(tmp_path / "relance.db")
    assert StoreMemory(store).recall("place") == "y" * 5_000
    assert StoreMemory(store).recall("elsewhere") is None
    assert list(store.verify()) == []
    store.close()


class FullDisk:
    """A store that cannot write now."""

    full = True

    def __init__(self):
        self.notes = {}

    def note(self, key):
        return self.notes.get(key)

    def commit(self, commit):
        if self.full:
            raise TemporaryError("no room")
        self.notes |= commit.notes
        return 0


def test_what_cannot_be_written_down_now_waits():
    """A full disk is no reason to stop, and costs at most a longer look at the next start."""
    store = FullDisk()
    memory = StoreMemory(store)
    memory.keep("place", "x")
    memory.write_down()
    assert store.notes == {}
    store.full = False
    memory.write_down()
    assert list(store.notes.values()) == ["x"]
    store.full = True
    memory.write_down()


def test_a_subscription_that_expired_hides_nothing(server, start):
    """The server forgot it while a long round of work went on: what came meanwhile is found by the sync that follows."""
    box = start()
    box.wait(0)
    server.changes.subscriptions.clear()
    server.put("inbox", mail(1))
    assert told(box)
    assert handle_all(box) == 1
    server.put("inbox", mail(2))
    assert told(box)


@pytest.mark.parametrize(
    "code",
    [
        "ErrorSubscriptionNotFound",
        "ErrorExpiredSubscription",
        "ErrorInvalidSubscription",
        "ErrorInvalidWatermark",
        "ErrorMissedNotificationEvents",
        "ErrorReadEventsFailed",
        "ErrorProxyRequestNotAllowed",
    ],
)
def test_every_gap_is_followed_by_a_sync(server, start, code):
    """Whatever the server calls it: a new subscription, and a look at what changed since."""
    box = start()
    box.wait(0)
    before = syncs(server)
    server.faults.codes["GetEvents"] = code
    server.put("inbox", mail(1))
    assert told(box)
    assert syncs(server) > before
    server.faults.codes.clear()
    assert handle_all(box) == 1


def test_without_subscriptions_the_changes_are_asked_for_each_time(server, start):
    """The account has too many already: mail is noticed all the same, by a sync at every look, and one refusal is enough."""
    server.changes.most_subscriptions = 0
    box = start()
    assert box.wait(0.2) is False
    server.put("inbox", mail(1))
    assert told(box)
    assert handle_all(box) == 1
    assert server.operations.count("Subscribe") == 1


@pytest.mark.parametrize("operation", ["GetEvents", "SyncFolderItems", "Subscribe"])
def test_a_line_that_breaks_while_listening_loses_nothing(server, start, operation):
    """Half an answer is a temporary trouble; afterwards the mail of meanwhile is there."""
    box = start()
    handle_all(box)
    if operation == "GetEvents":
        box.wait(0)
    server.faults.half_answers = {operation}
    with pytest.raises(TemporaryError):
        box.wait(1)
    server.put("inbox", mail(1))
    server.faults.half_answers = set()
    assert told(box)
    assert handle_all(box) == 1


def test_throttling_while_listening_loses_nothing(server, start):
    """The server asks for quiet in the midst of a wait; what came meanwhile is noticed after it."""
    box = start()
    box.wait(0)
    server.faults.busy = 0.3
    with pytest.raises(TemporaryError):
        box.wait(1)
    server.put("inbox", mail(1))
    server.faults.busy = 0.0
    time.sleep(0.35)
    assert told(box)
    assert handle_all(box) == 1


def test_what_neither_notification_nor_sync_tells_is_found_in_inbox(server, start):
    """A server may be wrong about its own changes: INBOX itself is looked into now and then."""
    box = start(look_every=0.3)
    handle_all(box)
    box.wait(0)
    unseen = server.put("inbox", mail(1))
    server.changes.log.pop()
    assert told(box)
    assert handle_all(box) == 1
    assert unseen not in server.folders["inbox"]


def test_what_left_by_another_hand_does_not_wake_anybody(server, start):
    """Somebody moves a new mail away before it was listed: the list is empty, and the daemon does not spin."""
    box = start()
    box.wait(0)
    item = server.put("inbox", mail(1))
    assert told(box)
    server.take("inbox", item)
    assert box.unhandled() == ()
    assert box.wait(0.3) is False


def test_a_mail_that_was_announced_but_is_not_listed_does_not_make_the_daemon_spin(server, start):
    """The server announces what it does not show: told once, then only INBOX counts."""
    box = start()
    box.wait(0)
    item = server.put("inbox", mail(1))
    server.folders["inbox"].remove(item)
    assert told(box)
    assert box.unhandled() == ()
    assert box.wait(0.3) is False


def test_more_events_and_changes_than_one_answer_holds(server, start):
    """Both are asked for until there are no more, each page once."""
    box = start()
    box.wait(0)
    server.changes.page = 10
    for number in range(45):
        server.put("inbox", mail(number))
    server.operations.clear()
    assert told(box)
    assert server.operations.count("GetEvents") == 3
    assert syncs(server) == 5
    assert handle_all(box) == 45
    assert box.wait(0.2) is False


def test_more_mail_than_one_list_holds_is_told_until_it_is_handled(server, start):
    """What did not fit into the list is still news."""
    box = start()
    for number in range(5):
        server.put("inbox", mail(number))
    assert told(box)
    first = box.unhandled(3)
    assert told(box)
    for ref in first:
        box.file(ref, Box.HANDLED)
    assert len(box.unhandled(3)) == 2
    assert box.wait(0.2) is False


@pytest.mark.parametrize("days", [-3650, -1, 1, 3650])
def test_a_wrong_clock_loses_nothing(server, start, days):
    """The server's clock jumps between two mails: all are listed and handled, in the server's order, and waits last as long as ever."""
    box = start()
    handle_all(box)
    server.put("inbox", mail(1))
    server.faults.skew = timedelta(days=days)
    server.put("inbox", mail(2))
    server.put("inbox", mail(3))
    assert told(box)
    subjects = [raw.split(b"Subject: ")[1][:1] for _, raw in box.fetch(box.unhandled())]
    assert subjects == ([b"2", b"3", b"1"] if days < 0 else [b"1", b"2", b"3"])
    assert handle_all(box) == 3
    begun = time.monotonic()
    assert box.wait(0.3) is False
    assert 0.25 < time.monotonic() - begun < 1.5
    server.faults.skew = timedelta(0)
    server.put("inbox", mail(4))
    assert told(box)
    assert handle_all(box) == 1


class Stop(Exception):
    """A signal came."""


@contextmanager
def stopped_after(seconds):
    def stop(*_):
        raise Stop

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("stall", [0.0, 0.8])
def test_a_signal_ends_a_wait_at_once(server, start, stall):
    """Asleep or in the midst of a request; afterwards the mailbox works again and nothing was missed."""
    box = start()
    handle_all(box)
    box.wait(0)
    server.faults.stall = stall
    begun = time.monotonic()
    with pytest.raises(Stop), stopped_after(0.2):
        box.wait(20)
    assert time.monotonic() - begun < 0.6
    box.close()
    server.faults.stall = 0.0
    server.put("inbox", mail(1))
    assert told(box)
    assert handle_all(box) == 1


def test_short_waits_ask_no_more_often_than_long_ones(server, start):
    """With several mailboxes each is listened to for a moment at a time: the pace of the requests is that of the settings."""
    box = start()
    handle_all(box)
    box.wait(0.1)
    box._settings = ExchangeHarness(server).account(poll_every=0.5)
    box._look_at = 0.0
    server.operations.clear()
    for _ in range(20):
        box.wait(0.05)
    assert 1 <= server.operations.count("GetEvents") <= 4


def test_an_item_without_any_date_to_speak_of_is_still_listed(server, start):
    """A received date of the first or last day that there is orders a mail, it does not hide it."""
    for number, year in enumerate((1601, 9998)):
        item = server.put("inbox", mail(number))
        item.received = item.received.replace(year=year, month=1, day=1)
        assert isinstance(item, Item)
    assert len(start().unhandled()) == 2


def test_the_program_remembers_its_place_in_the_store(server, tmp_path):
    """Built from a configuration, closed, and built again: the second start goes on from the first one's state."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "exchange").write_text(PASSWORD)
    (tmp_path / "secrets" / "exchange").chmod(0o600)
    table = f'backend = "exchange"\nhost = "{server.host}"\nuser = "{USER}"\npassword_file = "secrets/exchange"\n'
    table += f'ca_file = "{server.cert}"\n'
    text = f'[[mailboxes]]\nname = "main"\n[mailboxes.inbox]\n{table}[mailboxes.outgoing]\n{table}'
    settings = write_configuration(tmp_path, text)
    for start_number in range(2):
        server.operations.clear()
        app = build(settings)
        (channel,) = app.channels
        channel.mailbox.open()
        assert channel.mailbox.wait(0) is False
        assert channel.mailbox.unhandled() == ()
        assert (b"SyncState" in server.requests["SyncFolderItems"]) is bool(start_number)
        close(app)
