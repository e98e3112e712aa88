"""Long runs against every rule that reads line by line: time grows with the size alone."""

from __future__ import annotations

from tests.hostile.case import ASKED, SHOWN, Case, but, table
from tests.hostile.post import by_debtor, by_owner

SIZE = 200_000
UNITS = {
    "a": "a", "blanks": " ", "quotes": "> ", "stars": "*", "dashes": "-", "dots": ".", "digits": "1", "commas": "1,", "points": "1.000",
    "at": "a@", "addresses": "a@b.example ", "slashes": "1/", "dates": "1/1/26 ", "colons": "De : ", "brackets": "(", "squares": "[]", "angles": "<a>",
    "numbers": "2026-501 ", "many numbers": "A1-", "IBANs": "BE83 3630 1234 5615 ", "RF": "RF18 ", "structured": "123/4567/", "euros": "€1 ",
    "amounts": "1.234,56 EUR ", "paying": "nous paierons le ", "on": "le 1 mars ", "not": "pas ", "months": "mars mars ", "wrote": "Le 1 mars 2026 a écrit :\n",
    "from": "From: a@b.example\n", "forward": "---------- Forwarded message ---------\n", "signature": "-- \n", "tokens": "RL-ABCD-EFGH-", "links": "http://a.b/",
    "words": "facture payée contestée demain ", "lines": "x\n", "tabs": "\t \t", "marks": "e\u0301", "wide": "１", "instalments": "3 mensualités de 100 EUR ",
}  # fmt: skip

# what a machine reads in a run of its words holds for a while, and is shown to the creditor
_DISPUTED = SHOWN.with_(events=("DisputeRaised",), letters=("action_notice", "receipt"))

CASES: list[Case] = [
    *but(
        table(
            "a debtor's long runs", SHOWN, [(f"debtor {n}", by_debtor(u * (SIZE // len(u)))) for n, u in UNITS.items()]
        ),
        debtor_at=_DISPUTED,
        debtor_tokens=_DISPUTED,
        debtor_words=SHOWN.with_(
            events=("PromiseToPayMade", "DisputeRaised"), letters=("action_notice", "action_notice", "receipt")
        ),
        debtor_instalments=SHOWN.with_(events=("QuestionAsked", "PlanProposed"), letters=("plan_question", "receipt")),
    ),
    *table("an owner's long runs", ASKED, [(f"owner {n}", by_owner(u * (SIZE // len(u)))) for n, u in UNITS.items()]),
]
