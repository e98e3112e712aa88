"""Mails leave to people whom a book or a setting names, whatever decided to write them; any other is held, and the operator told."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.demo.cast import BATIPLUS, CAFE, OPERATOR
from agent.domain.ledger import DebtorAccount
from agent.mail.outgoing import OutboxState
from agent.outbox.by_hand import resend
from agent.outbox.deliver import deliver_due
from agent.outbox.pacing import Limits
from agent.outbox.rules import STRANGERS, Doors
from agent.ports import Commit, Delivery
from agent.service.dispatch import rules_of
from tests.service.world import BRUNO, World
from tests.store.builders import mail
from tests.walks.invoices import bill

FREE = Limits(per_minute=10_000, per_hour=100_000, per_domain=10_000)
# everybody who has something to do with somebody here, and people who have nothing to do with anybody
OWN = ("bruno@atelier-bruno.example", "chloe@atelier-bruno.example", "sales@atelier-bruno.example")
OTHERS = ("els@vandamme.example", "mary@northgate.example")
DEBTORS = ("compta@batiplus.example", "gerance@cafedeshalles.example")
FOREIGN = ("mallory@evil.example", "bruno@atelier-bruno.example.evil.example", "relance@agency.example", "", "x y@z")
EVERYBODY = (*OWN, *OTHERS, *DEBTORS, *FOREIGN, OPERATOR, OWN[0].upper())


class Wire:
    """A transport that accepts everything and keeps the Message-ID and the recipients of each mail."""

    name = "wire"

    def __init__(self):
        self.envelopes = []

    def send(self, envelope, raw):
        self.envelopes.append((raw.split()[1].decode(), envelope.recipients))
        return Delivery(envelope.recipients)

    def check(self):
        return "fine"

    def close(self):
        pass


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The story's books: two debtors of its first creditor, who lets a third person read along."""
    world = World.built(tmp_path_factory.mktemp("acquainted"))
    configured = world.app.settings
    first = replace(configured.creditors[0], copy_to=("sales@atelier-bruno.example",))
    world.app = replace(
        world.app, settings=replace(configured, creditors=(first, *configured.creditors[1:]), contacts=())
    )
    for number, debtor in (("1", BATIPLUS), ("2", CAFE)):
        world.write(BRUNO, f_xml=bill(f"2026-70{number}", "121.00", debtor))
    world.work()
    yield world
    world.close()


def accounts(world):
    return {contact.address: a for a in world.app.store.states(DebtorAccount) for contact in a.contacts}


def delivered(world, *mails):
    """The envelopes that leave when these mails are due, and what became of each mail."""
    wire = Wire()
    world.app.store.commit(Commit(outgoing=mails))
    rules = replace(rules_of(world.app), assemble=lambda m: f"Message-ID: {m.message_id}\n\nx\n".encode())
    doors = Doors(world.app.store, wire, world.app.channels[0].mailbox, world.clock)
    deliver_due(doors, rules, FREE)
    return wire.envelopes, [world.app.store.mail(m.id) for m in mails]


def addressed(world, key, **changes):
    now = world.clock.now()
    first = world.app.settings.creditors[0]
    return mail(key, creditor=first.id, sender="relance@agency.example", queued_at=now, not_before=now, **changes)


def may_get(world, outgoing):
    """Who may get it, worked out another way: by asking of each address on its own what it is here."""
    first, *rest = world.app.settings.creditors
    if outgoing.debtor:
        return {address for address, account in accounts(world).items() if account.id == outgoing.debtor}
    if not outgoing.creditor:
        return {OPERATOR}
    if outgoing.creditor == first.id:
        return {*OWN, OPERATOR}
    return {OPERATOR, *(p.address for c in rest if c.id == outgoing.creditor for p in c.people)}


counter = iter(range(10**9))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_envelope_bears_an_address_that_nobody_knows(world, data):
    """Any kind of mail, about anybody, to any mixture of people: those that leave are addressed to known ones only."""
    creditors = [c.id for c in world.app.settings.creditors]
    known = accounts(world)
    some = st.lists(st.sampled_from(EVERYBODY), max_size=3, unique=True).map(tuple)
    debtor = data.draw(st.sampled_from(["", *(known[a].id for a in DEBTORS), "nobody"]))
    outgoing = addressed(
        world,
        f"drawn:{next(counter)}",
        kind=data.draw(st.sampled_from(["acknowledgement", "question", "digest", "receipt", "dossier", "operator"])),
        to=data.draw(st.lists(st.sampled_from(EVERYBODY), min_size=1, max_size=2, unique=True).map(tuple)),
        cc=data.draw(some),
        remaining=data.draw(st.one_of(st.just(()), some)),
        debtor=debtor,
    )
    owner = creditors[0] if debtor else data.draw(st.sampled_from([*creditors, "", "gone"]))
    outgoing = replace(outgoing, creditor=owner)
    envelopes, (after,) = delivered(world, outgoing)
    allowed = may_get(world, outgoing)
    wanted = {address.lower() for address in outgoing.recipients}
    left = [recipients for message_id, recipients in envelopes if message_id == outgoing.message_id]
    # a mail that the rules of its debtor's country do not let go is cancelled before anybody looks at whom it is for
    if after.state is not OutboxState.CANCELLED:
        assert left == ([outgoing.recipients] if wanted <= allowed else [])
        assert after.state is (OutboxState.SENT if left else OutboxState.HELD)
        assert after.note.startswith(STRANGERS) is not bool(left)
    assert left == [] or wanted <= allowed
    # what follows, such as a word to the operator or to the owner, is held to the same rule
    assert {a for _, recipients in envelopes for a in recipients} <= {*allowed, *OWN, *OTHERS, OPERATOR, OWN[0].upper()}


def test_the_operator_is_told_once_and_a_second_try_is_held_again(world):
    """The mail waits with the addresses in its note; sending it by hand changes nothing as long as nobody knows them."""
    outgoing = addressed(world, f"drawn:{next(counter)}", to=("mallory@evil.example", OWN[0]))
    envelopes, (held,) = delivered(world, outgoing)
    assert held.note == f"{STRANGERS}mallory@evil.example"
    resend(world.app.store, held.id)
    more, _ = delivered(world)
    after = world.app.store.mail(held.id)
    told = [m for m in world.app.store.outbox(list(OutboxState)) if m.key.startswith(f"operator:strangers:{held.id}")]
    assert after.state is OutboxState.HELD
    assert not any("mallory@evil.example" in recipients for _, recipients in (*envelopes, *more))
    assert [m.to for m in told] == [(OPERATOR,)]
    assert "mallory@evil.example" in told[0].text


def test_a_person_who_left_the_configuration_gets_nothing_that_still_waits(world):
    """What counts is who is named at the moment of sending, not when the mail was written."""
    outgoing = addressed(world, f"drawn:{next(counter)}", to=("chloe@atelier-bruno.example",))
    configured = world.app.settings
    first = configured.creditors[0]
    fewer = replace(first, people=tuple(p for p in first.people if not p.address.startswith("chloe")))
    before = world.app
    world.app = replace(before, settings=replace(configured, creditors=(fewer, *configured.creditors[1:])))
    _, (after,) = delivered(world, outgoing)
    world.app = before
    assert after.state is OutboxState.HELD
