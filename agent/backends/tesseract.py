"""Reading page pictures with the tesseract command (Debian: tesseract-ocr and its language packs)."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

from agent.errors import TemporaryError

COMMAND = "tesseract"
PACKS = {"fr": "fra", "nl": "nld", "de": "deu", "en": "eng"}
_WORD_LEVEL = "5"
# Pages in blocks as tesseract finds them; words wherever they stand; and these with Sauvola's threshold, made for each place by
# its surroundings, which sees pale and coloured print on paper of any shade (k 0.2 as in Sauvola and Pietikäinen, 2000).
_WAYS = {
    "blocks": ("--psm", "3"),
    "words": ("--psm", "11"),
    "grey": ("--psm", "11", "-c", "thresholding_method=2", "-c", "thresholding_kfactor=0.2"),
}

Box = tuple[float, float, float, float]


class Tesseract:
    """The Ocr port over one tesseract process a page, on one core, never longer than `timeout` seconds."""

    def __init__(self, timeout: float = 60.0) -> None:
        self.timeout = timeout

    @staticmethod
    def available() -> bool:
        """Whether the command is installed."""
        return shutil.which(COMMAND) is not None

    def words(
        self, picture: bytes, languages: tuple[str, ...], *, way: str = "blocks"
    ) -> Sequence[tuple[str, float, Box]]:
        """Words with confidence (0 to 1) and box in pixels. Raises TemporaryError when tesseract is missing, fails or takes too long."""
        known = [PACKS[code] for code in languages if PACKS.get(code) in installed()]
        arguments = [COMMAND, "stdin", "stdout", "-l", "+".join(known or ["eng"]), "--dpi", "300", *_WAYS[way], "tsv"]
        try:
            done = subprocess.run(  # noqa: S603  a fixed command; the picture goes through standard input
                arguments, input=picture, capture_output=True, timeout=self.timeout, check=True, env=_environment()
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise TemporaryError(f"tesseract: {type(error).__name__}") from error
        return _parse(done.stdout.decode("utf-8", "replace"))


@cache
def installed() -> frozenset[str]:
    """The language packs that tesseract has; empty when it is not there."""
    try:
        done = subprocess.run([COMMAND, "--list-langs"], capture_output=True, timeout=20, check=True, text=True)  # noqa: S603  a fixed command
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(done.stdout.split())


def _environment() -> dict[str, str]:
    """Our own environment with one thread: more make a single page slower on few cores."""
    return {**os.environ, "OMP_THREAD_LIMIT": "1"}


def _parse(tsv: str) -> list[tuple[str, float, Box]]:
    words: list[tuple[str, float, Box]] = []
    for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row.get("level") != _WORD_LEVEL or not text:
            continue
        left, top = float(row["left"]), float(row["top"])
        box = (left, top, left + float(row["width"]), top + float(row["height"]))
        words.append((text, max(0.0, min(1.0, float(row["conf"]) / 100)), box))
    return words
