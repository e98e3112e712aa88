"""`relance layouts`: what corrections taught about each creditor's layouts; one shown, taken away, or learned from a file."""

import mimetypes
from argparse import Namespace
from pathlib import Path

from agent.cli.books import opened
from agent.cli.screen import Screen
from agent.config import load
from agent.domain.layouts import KnownLayout, words_of
from agent.errors import AgentError, TemporaryError
from agent.parsers.api import Document
from agent.parsers.invoices.learned_values import KINDS, typed
from agent.ports import Store
from agent.service.bootstrap import build, close
from agent.service.lessons import forget, layouts_of, learn_file
from agent.service.requests import FORGET, ask_to_learn, leave_request

_LATER = "The running service was asked to do so; it does within half a minute."


def run(arguments: Namespace, screen: Screen) -> int:
    """List, show, remove or learn."""
    match arguments.action:
        case "show":
            with opened(arguments) as (_, store):
                _show(_known(store, arguments), screen, as_json=arguments.json)
        case "remove":
            _remove(arguments, screen)
        case "learn":
            _learn(arguments, screen)
        case _:
            with opened(arguments) as (settings, store):
                creditors = [arguments.creditor] if arguments.creditor else [c.id for c in settings.creditors]
                _list([layout for id_ in creditors for layout in layouts_of(store, id_)], arguments, screen)
    return 0


def _list(layouts: list[KnownLayout], arguments: Namespace, screen: Screen) -> None:
    if arguments.json:
        for layout in layouts:
            screen.json(_plain(layout))
        return
    rows = [
        (layout.id, layout.creditor, f"{layout.learned_at:%Y-%m-%d}", ", ".join(rule.field for rule in layout.rules))
        for layout in layouts
    ]
    if rows:
        screen.table(("id", "creditor", "since", "learned fields"), rows)
    else:
        screen.line("No correction has taught a layout yet.")


def _show(layout: KnownLayout, screen: Screen, *, as_json: bool) -> None:
    if as_json:
        screen.json(_plain(layout))
        return
    screen.heading(f"Layout {layout.id} of {layout.creditor}, first corrected on {layout.learned_at:%Y-%m-%d}")
    screen.line(f"  known by {len(layout.signs)} labels: {', '.join(sign.words for sign in layout.signs[:12])}")
    for rule in layout.rules:
        screen.line()
        screen.heading(f"  {rule.field}")
        for words in words_of(rule):
            screen.line(f"    {words}")
        if rule.instead_of.rule:
            screen.line(f"    instead of what was read by «{rule.instead_of.rule}»", "dim")


def _plain(layout: KnownLayout) -> dict[str, object]:
    return {
        "id": layout.id,
        "creditor": layout.creditor,
        "learned_at": layout.learned_at.isoformat(),
        "document": layout.document,
        "labels": [sign.words for sign in layout.signs],
        "rules": {rule.field: list(words_of(rule)) for rule in layout.rules},
    }


def _known(store: Store, arguments: Namespace) -> KnownLayout:
    id_ = arguments.words[0] if arguments.words else ""
    layout = store.ledger([id_]).layouts.get(id_)
    if layout is None or layout.forgotten:
        raise AgentError(f"there is no layout {id_!r} (relance layouts shows them)")
    return layout


def _remove(arguments: Namespace, screen: Screen) -> None:
    """Take the layout away, or ask the running service to, since it alone writes to the books."""
    with opened(arguments) as (settings, store):
        layout = _known(store, arguments)
    try:
        app = build(settings)
    except TemporaryError:
        leave_request(settings.state_dir, layout.id, FORGET)
        screen.line(_LATER)
        return
    try:
        forget(app, layout.id)
    finally:
        close(app)
    screen.line(f"Forgotten: {layout.id} of {layout.creditor}, {len(layout.rules)} rule(s).")


def _learn(arguments: Namespace, screen: Screen) -> None:
    document, fields = _corrections(arguments)
    settings = load(arguments.config, secrets=False)
    creditor = settings.creditor(arguments.creditor or "")
    if creditor is None:
        raise AgentError("say whose layout it is: --creditor ID")
    try:
        app = build(settings)
    except TemporaryError:
        ask_to_learn(settings.state_dir, creditor.id, document, fields)
        screen.line(_LATER)
        return
    try:
        decision = learn_file(app, document, fields, app.context(creditor, f"hand:learn:{document.digest}"))
        layouts = {id_ for event in decision.events for id_ in event.about()}
        for layout in app.store.ledger(layouts).layouts.values():
            _show(layout, screen, as_json=arguments.json)
    finally:
        close(app)


def _corrections(arguments: Namespace) -> tuple[Document, tuple[tuple[str, str], ...]]:
    """The file and the fields of `learn FILE field=value …`."""
    if len(arguments.words) < 2:
        raise AgentError("relance layouts learn needs a file and at least one field=value")
    path, fields = Path(arguments.words[0]), []
    for word in arguments.words[1:]:
        name, _, value = word.partition("=")
        if typed(name, value) is None:
            raise AgentError(
                f"{word!r} is no field=value; fields: {', '.join(KINDS)}; dates as 2026-03-31, amounts as 1234.56"
            )
        fields.append((name, value))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AgentError(f"{path} cannot be read: {error.strerror}") from error
    media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Document(path.name, media, content), tuple(fields)
