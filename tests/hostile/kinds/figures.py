"""Dates, amounts and currencies at and beyond their limits, in invoices and in words."""

from __future__ import annotations

from tests.hostile.case import ACCOUNT_ASKED, ASKED, REFUSED, REGISTERED, SHOWN, Case, Outcome, but, table
from tests.hostile.post import by_debtor, by_owner, handing, invoice

AMOUNTS = {
    "1e308": "1e308", "1e999999999": "1e999999999", "minus nothing": "-0", "NaN": "NaN", "sNaN": "sNaN", "infinite": "-Infinity",
    "300 decimals": "121." + "0" * 299 + "1", "100,000 digits": "9" * 100_000, "below nothing": "-121.00", "nothing": "0.00",
    "a tiny bit": "1e-300", "Arabic": "١٢١.٠٠", "wide": "１２１．００", "underscores": "1_2_1", "hexadecimal": "0x79", "two points": "1.2.1",
    "words": "cent vingt et un", "a formula": "=121", "blank": " ", "999 thousand million": "999999999999.99", "a superscript": "12¹",
}  # fmt: skip
DAYS = {
    "year 0": "0000-01-01", "year 1": "0001-01-01", "year 9999": "9999-12-31", "year 10000": "10000-01-01", "30 February": "2026-02-30",
    "month 13": "2026-13-01", "day 0": "2026-01-00", "29 February": "2027-02-29", "minus": "-2026-01-01", "Arabic": "٢٠٢٦-٠٢-٠١",
    "far zone": "2026-02-01+99:99", "words": "demain", "digits": "9" * 5_000, "a leap second": "2026-06-30T23:59:60Z",
}  # fmt: skip
CURRENCIES = {
    "unknown": "XXQ",
    "no letters": "123",
    "lower case": "eur",
    "euro sign": "€",
    "long": "EURO" * 500,
    "none": "",
    "none at all": "XXX",
    "Cyrillic": "ЕUR",
    "gold": "XAU",
}
SAID = {
    "a promise for the year 9999": "Nous paierons le 31/12/9999.",
    "a promise for the year 0": "Nous paierons le 01/01/0000.",
    "a promise for 30 February": "Nous paierons le 30/02/2026.",
    "a promise in 10^30 days": "Nous paierons dans 1000000000000000000000000000000 jours.",
    "a promise of NaN": "Nous paierons NaN EUR le 20 mars, ou -1e308 EUR.",
    "instalments without end": "Nous paierons 0,01 EUR par jour pendant 999999999 mois.",
    "instalments of nothing": "Nous paierons en 0 mensualités de 0 EUR.",
    "a thousand dates": "Nous paierons le "
    + ", le ".join(f"{n % 28 + 1}/{n % 12 + 1}/2026" for n in range(1_000))
    + ".",
    "a date of digits": "Nous paierons le " + "9" * 20_000 + ".",
    "paid in the future": "Payé le 31/12/2099.",
    "paid before the invoice": "Payé le 01/01/1900.",
}
ORDERED = {
    "due in the year 9999": "2026-501 échéance 31/12/9999",
    "due in the year 0": "2026-501 échéance 01/01/0000",
    "due on 30 February": "2026-501 échéance 30/02/2026",
    "an amount of 1e308": "2026-501 montant 1e308",
    "an amount of NaN": "2026-501 montant NaN",
    "an amount of 500 digits": "2026-501 montant " + "9" * 500,
    "an amount below nothing": "2026-501 montant -500,00",
    "an amount of nothing": "2026-501 montant 0,00",
    "a currency that is none": "2026-501 devise QQQQ",
    "paid 1e308": "payé 2026-501 1e308 EUR",
    "paid 500 digits": "acompte de " + "9" * 500 + ",00 EUR reçu sur la facture 2026-501",
    "paused until the year 9999": "pause 2026-501 jusqu'au 31/12/9999",
    "paused until the year 0": "pause 2026-501 jusqu'au 01/01/0000",
    "a notice in the year 9999": "mise en demeure 2026-501, dernier délai 31/12/9999",
    "a debtor's address of rubbish": "2026-501 débiteur : a@b\u0000@@c.example\r\nBcc: x@evil.example",
    "a debtor's address of scripts": "2026-501 débiteur : é@bàtiplus.example",
}

# what is doubtful on an invoice is asked about, and it is not followed before it was answered
_DOUBTED = ACCOUNT_ASKED
_CORRECTED = Outcome("instruction", "Handled", ("InvoiceCorrected",), ("corrected",))
_WHICH = Outcome("instruction", "Handled", ("QuestionAsked",), ("question",))
_PAUSED = Outcome("instruction", "Handled", ("FollowUpPaused",), ("action_notice",))
_PROMISED = SHOWN.with_(events=("PromiseToPayMade",), letters=("action_notice", "receipt"))
_PROPOSED = SHOWN.with_(events=("QuestionAsked", "PlanProposed"), letters=("plan_question", "receipt"))

CASES: list[Case] = [
    *but(
        table(
            "an amount that no invoice has",
            _DOUBTED,
            [(f"total {n}", handing(invoice(changes={">121.00<": f">{a}<"}))) for n, a in AMOUNTS.items()],
        ),
        **dict.fromkeys(("total_300_decimals", "total_Arabic", "total_underscores"), REGISTERED),
        **dict.fromkeys(("total_minus_nothing", "total_nothing"), REFUSED),
    ),
    *but(
        table(
            "a day that no calendar has, to be paid on",
            _DOUBTED,
            [
                (f"due {n}", handing(invoice(changes={"<cbc:DueDate>2026-10-01": f"<cbc:DueDate>{d}"})))
                for n, d in DAYS.items()
            ],
        ),
        due_a_leap_second=REGISTERED,
    ),
    *but(
        table(
            "a day that no calendar has, of issue",
            _DOUBTED,
            [
                (f"issued {n}", handing(invoice(changes={"<cbc:IssueDate>2026-03-02": f"<cbc:IssueDate>{d}"})))
                for n, d in DAYS.items()
            ],
        ),
        **dict.fromkeys(("issued_Arabic", "issued_far_zone"), REGISTERED),
    ),
    *table(
        "a currency that is none",
        REGISTERED,
        [
            (f"currency {n}", handing(invoice(changes={"CurrencyCode>EUR<": f"CurrencyCode>{c}<"})))
            for n, c in CURRENCIES.items()
        ],
    ),
    *but(
        table(
            "what a debtor says of impossible days and sums holds for a while at most",
            SHOWN,
            [(n, by_debtor(t)) for n, t in SAID.items()],
        ),
        a_promise_of_NaN=_PROMISED,
        a_thousand_dates=_PROMISED,
        instalments_without_end=_PROPOSED,
        instalments_of_nothing=_PROPOSED,
        paid_before_the_invoice=SHOWN.with_(events=("PaymentClaimed",), letters=("action_notice", "receipt")),
    ),
    *but(
        table(
            "what an owner orders of impossible days and sums is asked about",
            ASKED,
            [(n, by_owner(t)) for n, t in ORDERED.items()],
        ),
        an_amount_below_nothing=_CORRECTED,
        an_amount_of_nothing=_CORRECTED,
        paid_1e308=_WHICH,
        paid_500_digits=_WHICH,
        # a pause without a day that may be lasts its usual time
        paused_until_the_year_9999=_PAUSED,
        paused_until_the_year_0=_PAUSED,
    ),
]
