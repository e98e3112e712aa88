"""Mail of machines that would have an answer: it is never answered, whoever it says that it is from."""

from __future__ import annotations

from tests.hostile.case import NAMED, SHOWN, SILENT, Case, Outcome, but, table
from tests.hostile.post import by_debtor, by_owner, by_stranger

MARKS = {
    "generated": b"Auto-Submitted: auto-generated\r\n",
    "replied": b"Auto-Submitted: auto-replied; owner-token=x\r\n",
    "bulk": b"Precedence: bulk\r\n",
    "list": b"List-Id: <x.evil.example>\r\nList-Unsubscribe: <mailto:x@evil.example>\r\n",
    "suppress": b"X-Auto-Response-Suppress: All\r\n",
    "autoreply": b"X-Autoreply: yes\r\n",
    "null path": b"Return-Path: <>\r\n",
    "loop": b"X-Loop: relances@comptoir.example\r\n",
    "vacation": b"X-Autorespond: yes\r\nPrecedence: auto_reply\r\n",
}
_OURS = b"From: relances@comptoir.example"

# these marks ask for no answer, and do not say that a machine wrote
_ONLY_QUIET = ("bulk", "list", "suppress", "null path", "loop")
_OWNER = Outcome("instruction", "Review")


def _of(who: str, write, text: str, names) -> list:
    return [(f"{who}'s machine, {n}", write(text, fields=MARKS[n])) for n in MARKS if (n in _ONLY_QUIET) is names]


CASES: list[Case] = [
    *table(
        "an owner's machine gets no answer",
        SILENT,
        _of("owner", by_owner, "Merci de répondre : quelles factures sont ouvertes ?", False),
    ),
    *table(
        "... and lies where a person looks when it may be a person's mail",
        _OWNER,
        _of("owner", by_owner, "Merci de répondre : quelles factures sont ouvertes ?", True),
    ),
    *table(
        "a stranger's machine gets no answer",
        SILENT,
        _of("stranger", by_stranger, "Please answer this mail now. 2026-501", False),
    ),
    *table(
        "... and the creditor whose case it names is shown it",
        NAMED,
        _of("stranger", by_stranger, "Please answer this mail now. 2026-501", True),
    ),
    *but(
        table(
            "a debtor's machine gets no answer",
            SILENT,
            _of("debtor", by_debtor, "Merci de répondre à ce message.", False),
        ),
        # a program that answers in a thread of ours speaks for its debtor: his creditor is shown it
        debtor_s_machine_generated=SHOWN,
    ),
    *table("... nor does a debtor's list", SHOWN, _of("debtor", by_debtor, "Merci de répondre à ce message.", True)),
    *table(
        "our own address is ourselves, and is not answered",
        Outcome("own", "Handled"),
        [
            (
                "ourselves",
                lambda s: by_stranger("payé 2026-501")(s).replace(b"From: Mallory <mallory@evil.example>", _OURS),
            )
        ],
    ),
    *table(
        "a report that nobody sent",
        SILENT,
        [
            (
                "mailer-daemon",
                lambda s: by_stranger("payé 2026-501")(s).replace(
                    b"mallory@evil.example", b"MAILER-DAEMON@evil.example"
                ),
            ),
            (
                "postmaster",
                lambda s: by_stranger("payé 2026-501")(s).replace(
                    b"mallory@evil.example", b"postmaster@batiplus.example"
                ),
            ),
            (
                "no-reply",
                lambda s: by_stranger("Bonjour")(s).replace(b"mallory@evil.example", b"no-reply@evil.example"),
            ),
        ],
    ),
]
