"""Whatever happens in whatever order: no debtor is sent an account that the owner has not confirmed, or has refused since."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.demo import mails
from agent.domain.payees import PayeeAccount
from tests.service.test_ibans import DEBTOR_AT, HIDDEN, NEW, OTHER, bill, everything, question
from tests.service.world import BRUNO, CHLOE, DEBTOR, ELS, World

_Step = Callable[[World, int], None]


def _hands_over(sender: str, account: str, *, proved: bool = True) -> _Step:
    return lambda world, n: world.write(sender, proved=proved, f_xml=bill(f"2026-{600 + n}", account))


def _answers(sender: str, text: str, account: str, *, proved: bool = True) -> _Step:
    def step(world: World, _: int) -> None:
        try:
            asked = question(world, account=account)
        except StopIteration:
            return
        world.post(mails.answer(world.pen(sender, proved=proved), asked, text))

    return step


def _writes(sender: str, text: str, *, proved: bool = True) -> _Step:
    return lambda world, _: world.write(sender, text, proved=proved)


def _hides(world: World, _: int) -> None:
    mail = mails.letter(world.pen(BRUNO), "relances@comptoir.example", "Compte", "Bien reçu.")
    mail.add_alternative(HIDDEN, subtype="html")
    world.post(mail)


_STEPS: dict[str, _Step] = {
    "handed over": _hands_over(CHLOE, NEW),
    "handed over by the owner": _hands_over(BRUNO, OTHER),
    "handed over by a forger": _hands_over(BRUNO, NEW, proved=False),
    "confirmed": _answers(BRUNO, "1", NEW),
    "refused": _answers(BRUNO, "2", NEW),
    "the other refused": _answers(BRUNO, "2", OTHER),
    "confirmed by a colleague": _answers(CHLOE, "1", OTHER),
    "confirmed by a forger": _answers(BRUNO, "1", OTHER, proved=False),
    "confirmed by the debtor": _answers(DEBTOR, "1", OTHER),
    "confirmed by another owner": _answers(ELS, "1", OTHER),
    "a plain ok": _answers(BRUNO, "ok", OTHER),
    "told": _writes(BRUNO, f"nouveau compte : {OTHER}"),
    "told for an invoice": _writes(CHLOE, f"2026-600 iban: {OTHER}"),
    "told by a forger": _writes(BRUNO, f"iban: {OTHER}", proved=False),
    "hidden": _hides,
    "a day": lambda world, _: world.days(1),
    "a week": lambda world, _: world.days(7),
}


def _confirmed(world: World) -> set[str]:
    return {p.iban for p in world.app.store.states(PayeeAccount) if isinstance(p, PayeeAccount) and p.is_confirmed}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(sorted(_STEPS)), min_size=3, max_size=9))
def test_no_debtor_sees_an_account_that_is_not_confirmed(names: list[str]) -> None:
    """OTHER is confirmed by nobody who may; NEW only while the owner's last word is yes."""
    with tempfile.TemporaryDirectory() as folder:
        world = World.built(Path(folder))
        try:
            for n, name in enumerate([*names, "a day"]):
                before, sent = _confirmed(world), len(world.mails(DEBTOR_AT))
                _STEPS[name](world, n)
                allowed = before | _confirmed(world)
                seen = everything(world.mails(DEBTOR_AT)[sent:])
                assert all(account in allowed or account.encode() not in seen for account in (NEW, OTHER)), name
                assert OTHER not in allowed
        finally:
            world.close()
