"""`relance outbox`: mail that waits, is held or failed; one of them shown, or sent again because a person says so."""

from argparse import Namespace

from agent.cli.books import opened
from agent.cli.screen import Screen
from agent.errors import AgentError
from agent.mail.outgoing import OutboxState, OutgoingMail
from agent.outbox.deliver import resend
from agent.ports import Store

_OPEN = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.HELD, OutboxState.FAILED)


def run(arguments: Namespace, screen: Screen) -> int:
    """List, show or resend."""
    if arguments.action != "list" and not arguments.id:
        raise AgentError(f"relance outbox {arguments.action} needs the mail's id (relance outbox shows them)")
    with opened(arguments, writing=arguments.action == "resend") as (_, store):
        match arguments.action:
            case "show":
                _show(_mail(store, arguments.id), screen)
            case "resend":
                mail = resend(store, arguments.id)
                screen.line(f"Queued again under the same Message-ID: {mail.subject} → {', '.join(mail.recipients)}")
            case _:
                _list(store, arguments, screen)
    return 0


def _list(store: Store, arguments: Namespace, screen: Screen) -> None:
    mails = store.outbox(tuple(OutboxState) if arguments.all else _OPEN)
    if arguments.json:
        for mail in mails:
            screen.json(_plain(mail))
        return
    rows = [
        (
            mail.id,
            mail.state,
            mail.kind,
            f"{mail.not_before:%Y-%m-%d %H:%M}",
            ", ".join(mail.recipients),
            mail.subject,
            mail.note,
        )
        for mail in mails
    ]
    if rows:
        screen.table(("id", "state", "kind", "not before", "to", "subject", "note"), rows)
    else:
        screen.line("The outbox is empty.")


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
