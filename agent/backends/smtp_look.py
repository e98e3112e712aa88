"""A look at the way out that sends nothing: what the relay offers, and whether it lets our address send."""

import contextlib
import smtplib
from dataclasses import dataclass
from datetime import datetime

from agent.backends.certificates import valid_until
from agent.backends.smtp import SmtpAccount, connect
from agent.backends.tls import sorted_error

_FOREIGN = (smtplib.SMTPException, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class RelaySight:
    """What was seen. `largest` is in bytes, 0 for no bound; `refused` is why our address may not send, "" when it may."""

    largest: int = 0
    refused: str = ""
    certificate_until: datetime | None = None


def look(account: SmtpAccount, sender: str) -> RelaySight:
    """The relay as it is; a mail is begun and taken back (RFC 5321 §4.1.1.5) before anybody is named as its recipient. Errors are ours."""
    smtp = connect(account)
    try:
        code, words = smtp.mail(sender)
        smtp.rset()
        limit = smtp.esmtp_features.get("size", "")
        said = f"{code} {words.decode('utf-8', 'replace')[:200]}"
        return RelaySight(int(limit) if limit.isdecimal() else 0, "" if code == 250 else said, valid_until(smtp.sock))
    except _FOREIGN as error:
        raise sorted_error(f"smtp {account.host}", error) from error
    finally:
        with contextlib.suppress(*_FOREIGN):
            smtp.quit()
