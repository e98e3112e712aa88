"""The creditor's logo in his mails: inside the mail, never fetched from elsewhere."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.parties import Creditor, Logo
from agent.mail.outgoing import Part
from agent.outbox.facts import Facts
from agent.outbox.views import CreditorView, Page

LOGO_CID = "creditor-logo"
# The height at which a mail shows it, and the greatest width, in points.
_HIGH, _WIDE = 48, 220


def with_logo(view: CreditorView, creditor: Creditor) -> CreditorView:
    """The view with the creditor's logo, where he has one."""
    logo = creditor.logo
    return replace(view, logo=logo.content, logo_cid=LOGO_CID, logo_size=shown_size(logo)) if logo else view


def shown_size(logo: Logo) -> tuple[int, int]:
    """Width and height at which a mail shows this logo: it keeps its shape, and none is enlarged."""
    scale = min(_HIGH / logo.height, _WIDE / logo.width, 1)
    return max(1, round(logo.width * scale)), max(1, round(logo.height * scale))


def logo_parts(page: Page, facts: Facts) -> tuple[Part, ...]:
    """The picture that a mail to a debtor carries; none when the creditor has none, or others read it."""
    logo = page.creditor.logo
    if not logo or page.audience != "debtor":
        return ()
    return (Part("logo.png", "image/png", facts.keep(logo), len(logo), page.creditor.logo_cid),)
