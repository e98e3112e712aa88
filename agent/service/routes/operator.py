"""What the operator answers to a question about the service itself: letting go mails that were far more than usual."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.decide import Decision
from agent.domain.letters import Letter, to_operator
from agent.outbox.by_hand import release
from agent.ports import MessageRecord
from agent.service.app import App
from agent.service.conclude import Outcome
from agent.service.gather import Gathered
from agent.service.routes.common import for_review
from agent.service.routes.creditor import confirmed
from agent.service.surge import ASKED, KEPT, KEPT_FOR, QUESTION


def let_go(app: App, gathered: Gathered, record: MessageRecord) -> Outcome | None:
    """What becomes of the operator's answer to "far more mails than usual"; None for every other mail.

    When it comes from the operator's address with proof, a yes to the latest question lets them go, and a no keeps them; whatever else is said lies in
    Review. A crash after it lets them go once more, which changes nothing.
    """
    asked, evidence = gathered.evidence.answered, gathered.evidence
    if asked is None or not asked.key.startswith(QUESTION):
        return None
    if asked.key != f"{QUESTION}{app.store.note(ASKED)}":
        return for_review(app, gathered, replace(record, because="an answer to an earlier question"))
    written = evidence.sender.address in asked.to and not evidence.automatic and evidence.auto_reply is None
    said = confirmed(app, gathered) if written and gathered.proved else None
    if said is None:
        return for_review(app, gathered, replace(record, because="no proved word of the operator"))
    if not said:
        kept = replace(record, because="the operator keeps the mails back")
        letters = (_kept(app, gathered),)
        return Outcome(
            Decision(letters=letters), message=gathered.message, record=kept, notes={KEPT: app.clock.now().isoformat()}
        )
    release(app.store, app.clock.now())
    return Outcome(message=gathered.message, record=replace(record, because="the operator lets the mails go"))


def _kept(app: App, gathered: Gathered) -> Letter:
    """What tells the operator that he was heard, when he is asked again, and how they leave before."""
    again = app.clock.now() + KEPT_FOR
    facts = (
        ("summary", "the mails to debtors stay where they are until you let them go"),
        ("asked_again", f"{again:%Y-%m-%d}"),
        ("release", "relance outbox release"),
    )
    return to_operator(app.settings.agency, f"operator:surge_kept:{gathered.message.key}", facts, "surge_kept")
