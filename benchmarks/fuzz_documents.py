"""Damaged documents through the real sandbox: python -m benchmarks.fuzz_documents [--count 2000] [--seed 1] [--keep DIR].

Every document must be read or refused with a reason, within the limits. Printed is a table of outcomes by kind of document; the
exit status is 1 when there was a defect: an exception of ours, an answer that is no value, or one that came too late. A reader
that was killed at a limit, or whose library crashed, is an answer ("broken", "timeout") and is counted. With --keep the documents
behind defects, crashes and limits are written to a folder.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.domain.findings import InvoiceReading
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import embedded_files, read_document
from agent.service.sandbox import Failure, Limits, Problem, Sandbox
from benchmarks.mutate import mutant
from benchmarks.sample_invoices import CORPUS, FOLDERS, made_pdfs, made_xml

# Beyond the wall clock limit, the time that a kill and a fork may take on a busy machine.
_GRACE = 10.0
_LARGEST = 400_000
_DEFECTS = (Problem.ERROR, Problem.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class Case:
    """A damaged document: its number in the run, the sample that it was made of, and its bytes."""

    number: int
    sample: str
    content: bytes

    @property
    def kind(self) -> str:
        return "pdf" if self.sample.endswith(".pdf") else "xml"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case: "read", "refused: <problem>" or "stopped: <problem>"; whether that is a defect; seconds."""

    case: Case
    answer: str
    detail: str
    defect: bool
    seconds: float


def samples() -> dict[str, bytes]:
    """Documents by name: those made here, and the small ones of the shared sets where they lie beside the project."""
    found = {f"made{i}.pdf": content for i, content in enumerate(made_pdfs())}
    found |= {f"made{i}.xml": content for i, content in enumerate(made_xml())}
    for folder in FOLDERS:
        listing = CORPUS / folder / "truth.jsonl"
        for line in listing.read_text(encoding="utf-8").splitlines() if listing.exists() else ():
            name = json.loads(line)["file"]
            content = (CORPUS / folder / name).read_bytes()
            if len(content) <= _LARGEST:
                found[f"{folder}/{name}"] = content
    return found


def cases(count: int, seed: int, known: dict[str, bytes]) -> Iterator[Case]:
    """So many damaged documents, half of them PDFs where there are both; the same ones for the same seed and samples."""
    kinds = {ending: [name for name in known if name.endswith(ending)] for ending in (".pdf", ".xml")}
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        names = kinds[".xml" if number % 2 else ".pdf"]
        name, other = chance.choice(names), chance.choice(names)
        yield Case(number, name, mutant(known[name], known[other], chance))


def read(sandbox: Sandbox, case: Case, wall: float) -> Outcome:
    """What the sandbox says of one case."""
    document = Document(f"invoice.{case.kind}", "", case.content)
    begun = time.monotonic()
    result = sandbox.run(read_document, document, ParserContext())
    inside = sandbox.run(embedded_files, document)
    seconds = time.monotonic() - begun
    late = seconds > 2 * wall + _GRACE
    for answer in (result, inside):
        if isinstance(answer, Failure):
            defect = late or answer.problem in _DEFECTS
            return Outcome(case, f"stopped: {answer.problem}", answer.detail, defect, seconds)
    assert not isinstance(result, Failure)
    problems = sorted({"" if isinstance(found, InvoiceReading) else found.problem for found in result.value})
    said = "read" if problems[:1] == [""] else f"refused: {', '.join(problems)}"
    return Outcome(case, said, "", late or not problems, seconds)


def run(count: int, seed: int, known: dict[str, bytes]) -> Iterator[Outcome]:
    """The outcomes of so many cases, one after the other, in a sandbox as the program's own."""
    limits = Limits()
    with Sandbox(limits) as sandbox:
        for case in cases(count, seed, known):
            yield read(sandbox, case, limits.wall)


def main(arguments: list[str]) -> int:
    """Print the table of outcomes and every defect; 1 when there was one."""
    parser = argparse.ArgumentParser(description="Read damaged documents in the sandbox.")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the documents that were not simply read or refused")
    chosen = parser.parse_args(arguments)
    table: Counter[tuple[str, str]] = Counter()
    defects, slowest = 0, 0.0
    for outcome in run(chosen.count, chosen.seed, samples()):
        table[outcome.case.kind, outcome.answer] += 1
        slowest = max(slowest, outcome.seconds)
        defects += outcome.defect
        if outcome.answer.startswith("stopped") or outcome.defect:
            _tell(outcome, chosen.keep)
    for (kind, answer), number in sorted(table.items()):
        print(f"{kind}  {number:6}  {answer}")
    print(f"slowest {slowest:.1f} s; {defects} defects in {chosen.count} documents")
    return int(defects > 0)


def _tell(outcome: Outcome, folder: Path | None) -> None:
    case = outcome.case
    word = "DEFECT" if outcome.defect else "limit"
    print(
        f"{word} {case.number} {case.sample}: {outcome.answer}: {outcome.detail} ({outcome.seconds:.1f} s)", flush=True
    )
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{case.number}.{case.kind}").write_bytes(case.content)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
