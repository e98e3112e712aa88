"""The right answer from the wrong person: numbers, yeses and buttons that somebody else was asked for."""

from __future__ import annotations

import re

from agent.demo import mails
from agent.demo.cast import AGENCY
from tests.hostile.case import ASIDE, ASKED, NAMED, NOT_ALLOWED, PROOF, SHOWN, Case, Outcome, but, table
from tests.hostile.scene import BATIPLUS, CAFE_AT, STRANGER
from tests.service.world import AUDIT, BRUNO, CHLOE, ELS, MARY

WRONG = {
    "stranger": STRANGER,
    "debtor": BATIPLUS,
    "other debtor": CAFE_AT,
    "other creditor": ELS,
    "third creditor": MARY,
    "viewer": AUDIT,
}


def _answers(sender: str, text: str, proved: bool = True):
    return lambda scene: scene.answered(sender, text, to=scene.question(), proved=proved and sender != STRANGER)


def _without_thread(sender: str, text: str):
    """The question's words and token alone, copied into a mail of one's own."""
    return lambda scene: mails.letter(
        scene.pen(sender, proved=sender != STRANGER), AGENCY, "Re: question", f"{text}\n\n{_token(scene.question())}"
    ).as_bytes()


def _token(raw: bytes) -> str:
    return re.search(rb"RL-[A-Z0-9-]{19}", raw)[0].decode()


def _statement_of_another(sender: str, text: str):
    """Somebody else's statement answered."""
    return lambda scene: scene.answered(sender, text, to=scene.statement(BATIPLUS), proved=sender != STRANGER)


_DONE = Outcome(
    "instruction",
    "Handled",
    ("QuestionAnswered", "PaymentReceived", "InvoiceSettled", "PayerLearned"),
    ("action_notice",),
)
CASES: list[Case] = [
    *but(
        table(
            "a number answers only from whom it was asked",
            ASKED,
            [(f"number of the {n}", _answers(w, "1")) for n, w in WRONG.items()],
        ),
        number_of_the_stranger=ASIDE,
        number_of_the_debtor=SHOWN,
        number_of_the_other_debtor=SHOWN,
        number_of_the_viewer=NOT_ALLOWED,
    ),
    *but(
        table(
            "a forwarded question's token hands over no rights",
            ASKED,
            [(f"token of the {n}", _without_thread(w, "1")) for n, w in WRONG.items()],
        ),
        token_of_the_stranger=ASIDE,
        token_of_the_debtor=SHOWN,
        token_of_the_other_debtor=SHOWN,
        token_of_the_viewer=NOT_ALLOWED,
    ),
    *table(
        "a colleague's address without proof",
        PROOF,
        [
            (f"number without proof, {n}", _answers(w, "1", proved=False))
            for n, w in (("owner", BRUNO), ("staff", CHLOE))
        ],
    ),
    *but(
        table(
            "a statement answered by whom it was not sent to",
            ASKED,
            [
                (f"statement answered by {n}", _statement_of_another(w, "Nous paierons le 20 mars."))
                for n, w in WRONG.items()
                if n != "debtor"
            ],
        ),
        statement_answered_by_stranger=NAMED,
        # he promises what he owes himself, and nothing for another
        statement_answered_by_other_debtor=SHOWN.with_(
            events=("PromiseToPayMade",), letters=("action_notice", "receipt")
        ),
        statement_answered_by_viewer=NOT_ALLOWED,
    ),
    *but(
        table(
            "an order about another creditor's case",
            ASKED,
            [
                (f"order of the {n}", lambda s, w=w: mails.letter(s.pen(w), AGENCY, "x", "payé 2026-501").as_bytes())
                for n, w in WRONG.items()
                if n in ("other creditor", "third creditor", "viewer")
            ],
        ),
        order_of_the_viewer=NOT_ALLOWED,
    ),
    *table(
        "a number that was not offered",
        ASKED,
        [
            ("number 99", _answers(BRUNO, "99")),
            ("number 0", _answers(BRUNO, "0")),
            ("all numbers", _answers(BRUNO, "1 2 3 4 5 6 7 8 9")),
            ("a huge number", _answers(BRUNO, "9" * 5000)),
            ("Roman one", _answers(BRUNO, "Ⅰ")),
            ("a third", _answers(BRUNO, "⅓")),
            ("1e0", _answers(BRUNO, "1e0")),
        ],
    ),
    *table(
        "one in other digits, from whom it was asked, is one",
        _DONE,
        [
            ("Arabic one", _answers(BRUNO, "١")),
            ("circled one", _answers(BRUNO, "①")),
            ("wide one", _answers(BRUNO, "１")),
            ("a dash and one", _answers(BRUNO, "-1")),
        ],
    ),
]
