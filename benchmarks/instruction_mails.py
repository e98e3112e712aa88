"""Scores the free instructions of tests/service/instruction_mails.txt by mail against the whole program.

python -m benchmarks.instruction_mails [FILE]
"""

import sys
import tempfile
from pathlib import Path

from tests.service import instructing

_FILE = Path(instructing.__file__).with_name("instruction_mails.txt")


def main(file: Path = _FILE) -> int:
    """Print what was not understood as it was meant, and how many were."""
    cases = instructing.cases(file)
    right = 0
    with tempfile.TemporaryDirectory() as folder:
        desk = instructing.Desk(Path(folder))
        for case in cases:
            world, got = instructing.answered(desk, case)
            world.close()
            fits = instructing.fits(case.want, got)
            right += fits
            if not fits:
                print(f"[{case.setting}] {case.text!r}: {got}, not {case.want}")
    print(f"{right} of {len(cases)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
