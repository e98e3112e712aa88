"""To what end a mail came: what is compared with what must come out."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from agent.demo import mails
from agent.demo.cast import AGENCY, OPERATOR
from agent.mail.outgoing import OutboxState
from agent.ports import Box
from tests.hostile.case import Case, Outcome
from tests.hostile.safety import objections
from tests.hostile.scene import BATIPLUS, Scene

PATIENCE = 5.0  # seconds of one core for a mail, whatever is in it
PEOPLE = frozenset(
    f"{AGENCY} {OPERATOR} bruno@atelier-bruno.example chloe@atelier-bruno.example els@vandamme.example mary@northgate.example"
    " audit@northgate.example compta@batiplus.example gerance@cafedeshalles.example info@bakkerijpeeters.example"
    " buchhaltung@kellermaschinen.example".split()
)
_DOCUMENT = re.compile(r"[0-9a-f]{64}")


def told(scene: Scene) -> Outcome:
    """What came of the latest mail."""
    record = next(iter(scene.app.store.messages(limit=1)))
    letters = tuple(sorted(mail.kind for mail in scene.letters()))
    return Outcome(record.kind, record.box.value, scene.happened(), letters)


def played(case: Case, scene: Scene) -> tuple[Outcome, float]:
    """What came of the case, and the seconds of processor time that the program itself took over it."""
    scene.deliver(case.mail(scene))
    begun = time.process_time()
    scene.work()
    return told(scene), time.process_time() - begun


def faults(case: Case, scene: Scene) -> Iterator[str]:
    """What is wrong after a case: letters that did not leave, bytes that are unsafe, words that are missing."""
    letters = scene.letters()
    yield from (f"{m.kind} is {m.state.value}: {m.note}" for m in letters if m.state is not OutboxState.SENT)
    known = PEOPLE | set(case.outcome.reaches)
    for path, raw in scene.fresh().items():
        if path.parents[1].name not in known:
            yield f"a mail went to {path.parents[1].name}"
        yield from objections(raw, known)
    words = " ".join(text_of(raw) for raw in scene.fresh().values())
    if case.outcome.says not in words:
        yield f"{case.outcome.says!r} is not in {words[:2000]!r}"


def text_of(raw: bytes) -> str:
    """The plain words of a mail of ours, on one line."""
    part = BytesParser(policy=default).parsebytes(raw).get_body(("plain",))
    return " ".join(part.get_content().split()) if part is not None else ""


def strays(root: Path, folder: Path) -> Iterator[str]:
    """Files that were written where none belong, or under a name that somebody else chose."""
    for path in root.rglob("*"):
        if not path.is_file():
            continue
        inside = path.relative_to(folder).parts if path.is_relative_to(folder) else ()
        if (
            not inside
            or inside[0] not in ("state", "mailbox", "delivered")
            or (inside[:2] == ("state", "documents") and not _DOCUMENT.fullmatch(path.name))
        ):
            yield str(path)


def goes_on(scene: Scene) -> Iterator[str]:
    """What keeps the program from handling the next mail: its inbox is empty, a debtor's thanks are taken, the books are whole."""
    if scene.lying_in(Box.INBOX):
        yield "a mail stays in the inbox"
    thanks = mails.letter(scene.pen(BATIPLUS), AGENCY, "Merci", "Merci, bien reçu.")
    scene.post(thanks)
    record = next(iter(scene.app.store.messages(limit=1)))
    if (record.kind, record.message_id) != ("reply", thanks["Message-ID"]):
        yield f"the next mail came to a strange end: {record}"
    yield from scene.app.store.verify()
