"""Books with five debtors, letters of ours to answer, and what an instruction changed, told in a few words."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from agent.demo import mails
from agent.demo.cast import AGENCY
from agent.demo.documents import Party
from agent.domain import events as ev
from agent.domain.decide import Decision
from agent.domain.decide.context import to_owner
from agent.domain.decide.debtor_mail import DebtorMail, reply
from agent.domain.decide.payments import Reported, ask_which
from agent.domain.findings import Intent, ReplyReading
from agent.domain.ledger import DebtorAccount, HoldKind, ItemState, Ledger, OpenItem
from agent.domain.letters import LetterKind
from agent.domain.parties import Role
from agent.mail.outgoing import OutboxState
from agent.service.conclude import Outcome, conclude
from tests.service.world import AUDIT, BRUNO, CHLOE, TUESDAY, World
from tests.walks.invoices import ubl

BATIPLUS = Party("Batiplus Construct SA", "Rue 1", "7000 Mons", "BE", "BE0663445554", "compta@batiplus.example")
ACME = Party("ACME BVBA", "Straat 2", "9000 Gent", "BE", "BE0774551235", "info@acme.example")
DUPONT = Party("Dupont et Fils SRL", "Rue 3", "5000 Namur", "BE", "BE0912345673", "compta@dupontfils.example")
BROECK = Party("Van den Broeck NV", "Straat 4", "2000 Antwerpen", "BE", "BE0885612374", "info@vdbroeck.example")
SCHNEIDER = Party("Schneider Bau GmbH", "Weg 5", "4700 Eupen", "DE", "DE134567896", "kasse@schneiderbau.example")
BOOKS = (
    ("2026-118", "1250.00", BATIPLUS),
    ("2026-119", "480.00", BATIPLUS),
    ("2026-120", "3000.00", ACME),
    ("2026-121", "750.00", DUPONT),
    ("2026-122", "99.90", DUPONT),
    ("2026-123", "640.00", DUPONT),
    ("2026-124", "2200.00", BROECK),
    ("2026-125", "1815.00", SCHNEIDER),
)
PEOPLE = {"staff": CHLOE, "viewer": AUDIT, "debtor": "Compta <compta@batiplus.example>"}


@dataclass(frozen=True, slots=True)
class Case:
    """One mail: the letter it answers (or who writes), what must follow, and its words."""

    setting: str
    want: str
    text: str


def cases(file: Path) -> tuple[Case, ...]:
    """The cases of a file: setting, what must follow and the words, between bars; a slash between blanks breaks the line."""
    rows = (line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    parts = (row.split(" | ", 2) for row in rows)
    return tuple(Case(setting, want, text.replace(" / ", "\n")) for setting, want, text in parts)


class Desk:
    """The books in each setting, made once and copied for every mail."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}
        self._count = 0

    def open(self, setting: str) -> World:
        """A world of its own in which a mail of this setting may be written."""
        self._count += 1
        place = self._folder / f"case{self._count}"
        shutil.copytree(self._template(setting), place)
        return World.built(place, TUESDAY.replace(hour=15))

    def _template(self, setting: str) -> Path:
        setting = setting if setting in _LETTERS else "new"
        if setting not in self._made:
            place = self._folder / f"template-{setting}"
            if setting == "new":
                place.mkdir()
            else:
                shutil.copytree(self._template("new"), place)
            world = World.built(place, TUESDAY if setting == "new" else TUESDAY.replace(hour=13))
            _LETTERS[setting](world) if setting != "new" else _handed_over(world)
            world.close()
            self._made[setting] = place
        return self._made[setting]


def answered(desk: Desk, case: Case) -> tuple[World, str]:
    """The world after the mail of this case, and what it changed; the caller closes the world."""
    world = desk.open(case.setting)
    before = Ledger.of((*world.app.store.items(), *world.app.store.states(DebtorAccount)))
    count = len(list(world.app.store.events()))
    mails_before = {m.id for m in _outgoing(world)}
    if case.setting in _LETTERS and case.setting != "new":
        place = -2 if case.setting == "closed" else -1
        world.post(mails.answer(world.pen(BRUNO), world.received("bruno@atelier-bruno.example")[place], case.text))
    else:
        sender = PEOPLE.get(case.setting, BRUNO)
        world.post(mails.letter(world.pen(sender), AGENCY, "Relances", case.text))
    new = [entry.event for entry in world.app.store.events()][count:]
    return world, _told(world, before, new, [m for m in _outgoing(world) if m.id not in mails_before])


def _outgoing(world: World):
    return list(world.app.store.outbox(list(OutboxState)))


def _handed_over(world: World) -> None:
    for number, total, buyer in BOOKS:
        invoice = ubl(number, total=total, buyer=buyer)
        world.write(BRUNO, f_xml=invoice.replace(b">21.00<", b">0.00<").replace(b">100.00<", f">{total}<".encode()))


def _items(world: World, *tails: str) -> tuple[OpenItem, ...]:
    return tuple(world.items()[f"2026-{tail}"] for tail in tails)


def _concluded(world: World, decision: Decision, source: str) -> None:
    context = world.app.context(
        world.app.settings.creditors[0], source, sender="bruno@atelier-bruno.example", role=Role.OWNER
    )
    ledger = Ledger.of((*world.app.store.items(), *world.app.store.states(DebtorAccount)))
    conclude(world.app, Outcome(decision, ledger, context))
    world.work()


def _context(world: World, source: str):
    return world.app.context(
        world.app.settings.creditors[0], source, sender="bruno@atelier-bruno.example", role=Role.OWNER
    )


def _which(world: World) -> None:
    _concluded(
        world, ask_which(_items(world, "121", "122", "123"), Reported(words="payé"), _context(world, "seed")), "seed"
    )


def _closed(world: World) -> None:
    _which(world)
    world.post(mails.answer(world.pen(BRUNO), world.received("bruno@atelier-bruno.example")[-1], "5"))


def _last(world: World) -> None:
    context = _context(world, "tick:seed")
    ids = tuple(i.id for i in _items(world, "118", "119"))
    choices = ("one_more", "wait", "escalate", "withdraw")
    head = {"at": context.now, "source": context.source, "creditor": context.creditor.id}
    asked = ev.QuestionAsked(**head, question="qlast", topic="after_last_statement", subjects=ids, choices=choices)
    letter = to_owner(LetterKind.QUESTION, "question:qlast", context)
    letter = replace(letter, code="after_last_statement", items=ids, question="qlast", choices=choices)
    _concluded(world, Decision((asked,), (letter,)), "tick:seed")


def _done(world: World) -> None:
    world.write(BRUNO, "payé 2026-118")


def _paused(world: World) -> None:
    world.write(BRUNO, "pause 2026-120 jusqu'au 31/03/2026")


def _said(world: World) -> None:
    ledger = Ledger.of((*world.app.store.items(), *world.app.store.states(DebtorAccount)))
    account = ledger.accounts[_items(world, "118")[0].invoice.debtor]
    words = "Nous avons payé hier."
    reading = ReplyReading((Intent("claims_paid", 0.9, words, "said"),), own_text=words, language="fr")
    decision = reply(ledger, account, DebtorMail(reading), _context(world, "debtor-mail"))
    _concluded(world, Decision(decision.events, (replace(decision.letters[0], urgent=True),)), "debtor-mail")


def _list(world: World) -> None:
    world.write(BRUNO, "statut 2026-118, 2026-119 et 2026-120 ?")


_LETTERS = {"new": _handed_over, "q": _which, "closed": _closed, "last": _last, "done": _done, "paused": _paused, "said": _said, "list": _list}  # fmt: skip


def _told(world: World, before: Ledger, new: Iterable[ev.Event], sent) -> str:
    """What changed: the items with their new state, else what was answered."""
    after = Ledger.of((*world.app.store.items(), *world.app.store.states(DebtorAccount)))
    found = [f"{i.invoice.number[-3:]}={_change(before.items[i.id], i, world)}" for i in sorted(after.items.values(), key=lambda i: i.invoice.number) if _change(before.items[i.id], i, world)]  # fmt: skip
    for account in after.accounts.values():
        if account.contacts != before.accounts[account.id].contacts and account.contact is not None:
            first = next(
                i
                for i in sorted(after.items.values(), key=lambda i: i.invoice.number)
                if i.invoice.debtor == account.id
            )
            found.append(f"{first.invoice.number[-3:]}=mail:{account.contact.address}")
    if found:
        return "; ".join(found)
    if any(isinstance(e, ev.QuestionAsked) for e in new):
        return "ask"
    status = [m for m in sent if m.kind == "status"]
    if status:
        numbers = {i.id: i.invoice.number[-3:] for i in after.items.values()}
        return "status:" + ",".join(sorted(numbers[a] for m in status for a in m.about if a in numbers))
    if any(m.kind == "refusal" for m in sent):
        mail = next(m for m in sent if m.kind == "refusal")
        return "refuse:question_closed" if re.search(r"déjà\s+répondu", mail.text, re.DOTALL) else "refuse"
    return "none"


def _change(old: OpenItem, new: OpenItem, world: World) -> str:
    if old.state != new.state:
        return {ItemState.FOLLOWED: "open", ItemState.REVIEW: "open", ItemState.WRITTEN_OFF: "writtenoff"}.get(
            new.state, new.state.value
        )
    if old.balance != new.balance:
        return f"part:{(old.balance - new.balance).amount:.0f}"
    if old.invoice.due_date != new.invoice.due_date:
        return f"due:{new.invoice.due_date}"
    kinds, were = {h.kind for h in new.holds}, {h.kind for h in old.holds}
    if kinds == were and [h.until for h in new.holds] == [h.until for h in old.holds]:
        return ""
    if HoldKind.DISPUTE in kinds - were:
        return "disputed"
    if HoldKind.PAUSE in kinds:
        pause = next(h for h in new.holds if h.kind is HoldKind.PAUSE)
        return f"paused:{pause.until}"
    return "free" if not kinds else "held"


def fits(want: str, got: str) -> bool:
    """Whether what followed is what had to; `=paused` leaves the day open, and `none` allows a refusal."""
    if want == "none":
        return got in ("none", "refuse")
    wanted, found = want.split("; "), got.split("; ")
    return len(wanted) == len(found) and all(
        g == w or (w.endswith("=paused") and g.startswith(w + ":")) for w, g in zip(wanted, found, strict=True)
    )


def day_of(world: World) -> date:
    """The creditor's day."""
    return world.app.today(world.app.settings.creditors[0])
