"""Books that cannot be reached: while they are away no mail can be written, so the operator hears of it when they are back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.domain.decide import Decision
from agent.domain.letters import to_operator
from agent.errors import AgentError, StoreAway
from agent.ports import AlreadyDone
from agent.service.app import App
from agent.service.conclude import Outcome, commit_of

_LOG = logging.getLogger("relance.outage")
_BACK = "the books could not be reached; they are back"


@dataclass(slots=True)
class Outage:
    """Since when the books are away, None when they are not, and the words in which it was said first."""

    since: datetime | None = None
    words: str = ""

    def goes_on(self, error: AgentError, now: datetime) -> None:
        """The work is held up by this error: the books' own, or another that says nothing about them."""
        if isinstance(error, StoreAway) and self.since is None:
            self.since, self.words = now, str(error)

    def over(self, app: App) -> None:
        """They are back. What lasted for `limits.alert_minutes` is told; once, however many workers waited."""
        since, now = self.since, app.clock.now()
        if since is not None and now - since >= timedelta(minutes=app.settings.limits.alert_minutes):
            facts = (("summary", _BACK), ("since", f"{since:%Y-%m-%d %H:%M} UTC"), ("error", self.words))
            letter = to_operator(app.settings.agency, f"operator:books_back:{now:%Y-%m-%dT%H}", facts)
            try:
                app.store.commit(commit_of(app, Outcome(Decision(letters=(letter,)))))
            except AlreadyDone:
                _LOG.info("another worker told that the books are back")
            except AgentError as error:
                _LOG.info("the operator could not be told yet that the books are back: %s", error)
                return
        self.since = None
