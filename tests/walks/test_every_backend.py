"""The whole story again over every other mail system: tokens, Exchange, local folders. (IMAP and SMTP with passwords: test_story.)"""

from collections import defaultdict
from contextlib import ExitStack, contextmanager
from datetime import datetime, time
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from agent.backends.maildir import MaildirMailbox, MaildirTransport
from agent.demo.cast import AGENCY, write_configuration
from agent.demo.play import perform
from agent.demo.stage import Stage
from agent.demo.story import FIRST_DAY
from agent.ports import Box
from agent.service.bootstrap import build, close
from agent.service.clock import SimulatedClock
from tests.servers import Dovecot, Smtp, certificate
from tests.servers.ews import PASSWORD, USER, Exchange
from tests.servers.tokens import AUDIENCE, KEY, TokenServer, is_good
from tests.walks import test_story
from tests.walks.town import PEOPLE

pytestmark = [pytest.mark.walk, pytest.mark.timeout(900)]

_TOKENS = """\
[[mailboxes]]
name = "walk"
[mailboxes.inbox]
backend = "imap"
host = "localhost"
port = {imaps}
user = "{agency}"
ca_file = "{cert}"
[mailboxes.outgoing]
backend = "smtp"
host = "localhost"
port = {smtp}
user = "{agency}"
ca_file = "{cert}"
[mailboxes.oauth]
client_id = "{client}"
authority = "{tokens}"
ca_file = "{authority}"
scope = "mail"
token_file = "secrets/token"
"""

_MAILDIR = """\
[[mailboxes]]
name = "walk"
[mailboxes.inbox]
backend = "maildir"
path = "mailbox"
[mailboxes.outgoing]
backend = "maildir"
path = "delivered"
"""

_EXCHANGE = """\
[[mailboxes]]
name = "walk"
[mailboxes.inbox]
backend = "exchange"
host = "{host}"
user = "{user}"
password_file = "secrets/exchange"
ca_file = "{cert}"
[mailboxes.outgoing]
backend = "exchange"
host = "{host}"
user = "{user}"
password_file = "secrets/exchange"
ca_file = "{cert}"
"""


def _secret(folder, name, word):
    (folder / "secrets").mkdir(exist_ok=True)
    (folder / "secrets" / name).write_text(word)
    (folder / "secrets" / name).chmod(0o600)


@contextmanager
def tokens(folder):
    """Dovecot and a relay that take signed tokens only, a new one for each mail; the provider's are good for six seconds."""
    with ExitStack() as stack:
        dovecot = stack.enter_context(Dovecot(AGENCY, *PEOPLE, tokens=(AUDIENCE, KEY)))
        cert = (dovecot.cert, dovecot.key)
        relay = stack.enter_context(Smtp(dovecot.lmtp, cert, "starttls", login=True, token_is_good=is_good))
        relay.faults.tired = True
        (folder / "provider").mkdir()
        provider = stack.enter_context(TokenServer(AGENCY, folder / "provider", lifetime=6, rotate=True))
        _secret(folder, "token", provider.refresh_token)
        places = {
            "imaps": dovecot.imaps,
            "smtp": relay.port,
            "cert": dovecot.cert,
            "tokens": provider.authority,
            "authority": provider.cert,
        }
        text = _TOKENS.format(agency=AGENCY, client=AUDIENCE, **places)
        yield text, lambda raw: dovecot.deliver(AGENCY, raw), dovecot.mails


@contextmanager
def exchange(folder):
    """The fake Exchange server; what it sends lies in a list for each address."""
    boxes = defaultdict(list)
    with Exchange(certificate(folder), lambda _, to, raw: boxes[to.lower()].append(raw)) as server:
        _secret(folder, "exchange", PASSWORD)
        text = _EXCHANGE.format(host=server.host, user=USER, cert=server.cert)
        yield text, lambda raw: server.put("inbox", raw), lambda address: list(boxes[address])


@contextmanager
def maildir(folder):
    """Folders of this machine in both directions."""
    inbox, out = MaildirMailbox(folder / "mailbox", "poster"), MaildirTransport(folder / "delivered", "reader")
    inbox.open()

    def mails(address):
        place = out.folder(address)
        place.create()
        return [Path(entry.path).read_bytes() for entry in place.entries()]

    yield _MAILDIR, inbox.deliver, mails


def every_tenth_time(action):
    """What does nothing the other nine times."""
    times = count()
    return lambda: action() if next(times) % 10 == 0 else None


@pytest.fixture(scope="module", params=[tokens, exchange, maildir], ids=lambda kind: kind.__name__)
def town(request, tmp_path_factory):
    """The program after the story was played, with the people's mailboxes."""
    folder = tmp_path_factory.mktemp(request.param.__name__)
    clock = SimulatedClock(datetime.combine(FIRST_DAY, time(8), ZoneInfo("Europe/Brussels")))
    with request.param(folder) as (text, post, mails):
        app = build(write_configuration(folder, text), clock=clock)
        mailbox = app.channels[0].mailbox
        mailbox.open()
        if request.param is exchange:
            # a run of `relance work` opens it anew; the service keeps it open, and so does this walk most of the time
            mailbox.open = every_tenth_time(mailbox.open)
        perform(Stage(app, clock, post, mails))
        yield SimpleNamespace(app=app, dovecot=SimpleNamespace(mails=mails))
        close(app)


STORY = [
    test_story.test_every_case_ends_as_the_story_says,
    test_story.test_no_debtor_is_written_to_before_the_due_date_or_too_often,
    test_story.test_a_debtors_mails_are_one_thread,
    test_story.test_each_mail_was_sent_once_and_everybody_got_only_his_own,
]


@pytest.mark.parametrize("check", STORY, ids=lambda check: check.__name__.removeprefix("test_"))
def test_the_story_is_the_same(town, check):
    """Whatever carries the mail: the books, the pace, the threads and the recipients are those of the other walks."""
    check(town)


def test_nothing_is_left_and_nothing_is_kept_twice(town):
    """INBOX is empty, and Sent holds one copy of each mail."""
    mailbox = town.app.channels[0].mailbox
    assert list(mailbox.unhandled()) == []
    kept = [
        test_story.BytesParser(policy=test_story.SMTP).parsebytes(raw)["Message-ID"]
        for _, raw in mailbox.contents(Box.SENT)
    ]
    assert kept
    assert len(kept) == len(set(kept))
    assert list(town.app.store.verify()) == []
