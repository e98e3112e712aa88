"""`relance outbox`: mail that waits, is held or failed; one of them shown, sent again or counted as sent because a person says so."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from agent.cli.books import opened
from agent.cli.screen import Screen
from agent.errors import AgentError, TemporaryError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.outbox.by_hand import arrived, release, resend
from agent.ports import Store
from agent.service.clock import SystemClock
from agent.service.overview import ATTENTION, WAITING
from agent.service.requests import ARRIVED, RELEASE, RESEND, leave_request

_OPEN = (*WAITING, *ATTENTION)
_NOTE = 32  # characters of a note that stand in a line of the list


def run(arguments: Namespace, screen: Screen) -> int:
    """List, show, or do what a person decided."""
    if arguments.action == "release":
        _release(arguments, screen)
        return 0
    if arguments.action != "list" and not arguments.id:
        raise AgentError(f"relance outbox {arguments.action} needs the mail's id (relance outbox shows them)")
    if arguments.action in _DECISIONS:
        _decide(arguments, screen, _DECISIONS[arguments.action])
        return 0
    with opened(arguments) as (_, store):
        if arguments.action == "show":
            _show(_mail(store, arguments.id), screen)
        else:
            _list(store, arguments, screen)
    return 0


def _release(arguments: Namespace, screen: Screen) -> None:
    """Let go what waits for a person's word, or ask the running service to."""
    try:
        with opened(arguments, writing=True, beside=True) as (_, store):
            count = release(store, SystemClock().now())
    except TemporaryError:
        with opened(arguments) as (settings, _):
            leave_request(settings.state_dir, "all", RELEASE)
        screen.line("The running service was asked to do it; it does so within half a minute.")
    else:
        screen.line(f"{count} mail(s) may leave now.")


class _Decision(NamedTuple):
    """What may be decided about a mail: how it is done, how it is asked of the service, of which mails, and what is said."""

    done: Callable[[Store, str], OutgoingMail]
    request: str
    states: frozenset[OutboxState]
    refusal: str
    said: str


_DECISIONS: Mapping[str, _Decision] = MappingProxyType(
    {
        "resend": _Decision(
            resend,
            RESEND,
            frozenset(ATTENTION),
            "only held and failed ones can be sent again",
            "Under the same Message-ID",
        ),
        "arrived": _Decision(
            arrived, ARRIVED, frozenset({OutboxState.HELD}), "only held ones can have arrived", "Counts as sent"
        ),
    }
)


def _decide(arguments: Namespace, screen: Screen, decision: _Decision) -> None:
    """Do it, or ask the running service to, since it alone writes to the books."""
    try:
        with opened(arguments, writing=True, beside=True) as (_, store):
            mail = decision.done(store, arguments.id)
    except TemporaryError:
        with opened(arguments) as (settings, store):
            mail = _mail(store, arguments.id)
            if mail.state not in decision.states:
                raise AgentError(f"the mail {mail.id} is {mail.state}; {decision.refusal}") from None
            leave_request(settings.state_dir, mail.id, decision.request)
        screen.line("The running service was asked to do it; it does so within half a minute.")
    screen.line(f"{decision.said}: {mail.subject} → {', '.join(mail.recipients)}")


def _list(store: Store, arguments: Namespace, screen: Screen) -> None:
    mails = store.outbox(tuple(OutboxState) if arguments.all else _OPEN)
    if arguments.json:
        for mail in mails:
            screen.json(_plain(mail))
        return
    long: dict[str, str] = {}
    rows = [
        (
            mail.id,
            mail.state,
            mail.kind,
            f"{mail.not_before:%Y-%m-%d %H:%M}",
            ", ".join(mail.recipients),
            mail.subject,
            _short(mail.note, long),
        )
        for mail in mails
    ]
    if rows:
        screen.table(("id", "state", "kind", "not before", "to", "subject", "note"), rows)
        for note, mark in long.items():
            screen.line(f"{mark} {note}")
    else:
        screen.line("The outbox is empty.")


def _short(note: str, long: dict[str, str]) -> str:
    """The note, or where it stands below the list: many mails may bear the same long one."""
    return note if len(note) <= _NOTE else long.setdefault(note, f"({len(long) + 1})")


def _show(mail: OutgoingMail, screen: Screen) -> None:
    for name, value in _plain(mail).items():
        screen.line(f"{name + ':':<12} {value}")
    screen.line()
    screen.line(mail.text)


def _mail(store: Store, ref: str) -> OutgoingMail:
    mail = store.mail(ref)
    if mail is None:
        raise AgentError(f"there is no outgoing mail {ref!r}")
    return mail


def _plain(mail: OutgoingMail) -> dict[str, object]:
    return {
        "id": mail.id,
        "state": mail.state.value,
        "kind": mail.kind,
        "creditor": mail.creditor,
        "to": ", ".join(mail.recipients),
        "subject": mail.subject,
        "message_id": mail.message_id,
        "not_before": mail.not_before.isoformat(),
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else "",
        "attempts": mail.attempts,
        "note": mail.note,
    }
