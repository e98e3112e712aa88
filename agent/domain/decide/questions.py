"""Questions that answer themselves: what was asked about is settled, withdrawn or gone."""

from agent.domain import events as ev
from agent.domain.decide.context import Context, Decision, head
from agent.domain.ledger import Ledger


def close_moot(ledger: Ledger, decision: Decision, context: Context) -> Decision:
    """The decision, with the open questions closed whose items are all off the books after it."""
    after = decision.after(ledger)
    moot = []
    for question in after.questions.values():
        items = [after.items[s] for s in question.subjects if s in after.items]
        if question.is_open and items and len(items) == len(question.subjects) and not any(i.is_open for i in items):
            moot.append(ev.QuestionAnswered(**head(context), question=question.id, answer="moot"))
    return decision + Decision(tuple(moot))
