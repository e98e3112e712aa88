"""Over the collected mails of many systems the reading keeps its level; without the collection there is nothing to measure."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.predict import autoreplies, bounces, forwards, malformed, replies, tnef

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "mail"
FLOORS = {
    "bounces": (bounces, {"bounce recognised": 99, "recipients exact": 97, "permanent/transient (found rcpt)": 96.5}),
    "autoreplies": (autoreplies, {"accuracy": 98, "human mail kept (no false alarm)": 100}),
    "replies": (replies, {"exact visible reply": 93, "nothing of the reply lost": 98}),
    "forwards": (
        forwards,
        {"forward recognised": 99, "original sender address": 99, "original subject": 99, "not called a forward": 100},
    ),
    "malformed": (malformed, {"parsed without an exception": 100, "attachment count": 88}),
    "tnef": (tnef, {"attachment names": 98}),
}


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
@pytest.mark.parametrize("category", FLOORS)
def test_the_scores_stay(category, tmp_path):
    """Each figure stays above what was reached."""
    module, floors = FLOORS[category]
    predictions = tmp_path / "predictions.jsonl"
    rows = (json.dumps(row, default=str) for row in module.predict(CORPUS / category))
    predictions.write_text("\n".join(rows), encoding="utf-8")
    scored = subprocess.run(
        [sys.executable, str(CORPUS / "score.py"), category, str(predictions)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for metric, floor in floors.items():
        line = next(line for line in scored.splitlines() if line.startswith(metric))
        assert float(line.split()[-2]) >= floor, line


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
def test_a_list_of_names_is_enough(tmp_path):
    """The predictions read nothing from the list but file names."""
    for name in ("bounces", "forwards"):
        module, _ = FLOORS[name]
        folder = tmp_path / name
        folder.mkdir()
        mails = sorted(path for path in (CORPUS / name).iterdir() if path.suffix in (".eml", ".txt"))[:5]
        for path in mails:
            (folder / path.name).write_bytes(path.read_bytes())
        (folder / "truth.jsonl").write_text(
            "".join(json.dumps({"file": path.name}) + "\n" for path in mails), encoding="utf-8"
        )
        assert len(list(module.predict(folder))) == len(mails)
