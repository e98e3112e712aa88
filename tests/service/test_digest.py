"""The subject of the weekly digest."""

import pytest

from agent.domain.parties import LANGUAGES
from agent.mail.outgoing import OutboxState
from tests.service.arranged import OWNER, arrange
from tests.service.world import BRUNO, World

_PAID = {
    "fr": "Votre semaine : tout est réglé",
    "nl": "Uw week: alles is betaald",
    "en": "Your week: everything is paid",
    "de": "Ihre Woche: alles ist bezahlt",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_week_in_which_the_last_invoice_was_paid_says_so(tmp_path, language):
    """Good news is no "0.00 overdue of 0.00"."""
    world = World.built(tmp_path)
    arrange(world, language=language)
    world.hand_over()
    world.write(BRUNO, "payé 2026-501")
    world.days(6)
    told = [m.subject for m in world.app.store.outbox([OutboxState.SENT]) if m.kind == "digest" and OWNER in m.to]
    world.close()
    assert [text.replace("\u202f", " ").replace("\xa0", " ") for text in told] == [_PAID[language]]
