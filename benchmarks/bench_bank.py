"""Bank files of 10,000 movements, and files made to do harm, read through the sandbox as the daemon reads them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date

from agent.intake.bank_files import read_bank_file
from agent.service.sandbox import Failure, Sandbox
from benchmarks.sample_bank import FORMATS, Movement

NAMES = ("bank_camt_10k", "bank_coda_10k", "bank_csv_10k", "bank_hostile")
MOVEMENTS = 10_000


def run() -> Iterator[dict[str, object]]:
    """Seconds for each format, beside those for the bytes alone to go in and their length to come out; the slowest hostile file."""
    movements = [
        Movement(
            date(2026, 3, 1 + n * 27 // MOVEMENTS), 1000 + n, f"CLIENT {n}", "BE71096123456769", f"FACTURE 2026-{n}"
        )
        for n in range(MOVEMENTS)
    ]
    with Sandbox() as sandbox:
        sandbox.run(read_bank_file, b"", "")
        for name in ("camt", "coda", "csv"):
            content = FORMATS[name](movements)
            floor = _seconds(sandbox, len, content)[0]
            seconds, outcome = _seconds(sandbox, read_bank_file, content, f"export.{name}")
            if not isinstance(outcome, tuple) or sum(len(r.entries) for r in outcome) != MOVEMENTS:
                raise RuntimeError(f"{name}: not all movements were read")
            yield _row(f"bank_{name}_10k", seconds, "the bytes in, their length out", floor)
        worst = max(_refused(sandbox, content) for content in hostile())
        yield _row("bank_hostile", worst, "an empty file", _seconds(sandbox, read_bank_file, b"", "")[0])


def _row(name: str, seconds: float, floor_name: str, floor: float) -> dict[str, object]:
    row = {"name": name, "value": round(seconds, 3), "unit": "s", "floor_name": floor_name}
    return row | {"floor_value": round(floor, 4), "ratio": round(seconds / max(floor, 1e-9), 1)}


def _seconds(sandbox: Sandbox, function: Callable[..., object], *arguments: object) -> tuple[float, object]:
    started = time.perf_counter()
    result = sandbox.run(function, *arguments)
    return time.perf_counter() - started, result if isinstance(result, Failure) else result.value


def _refused(sandbox: Sandbox, content: bytes) -> float:
    """Seconds until a clear answer: unreadable with a reason, or a question; never a movement."""
    seconds, outcome = _seconds(sandbox, read_bank_file, content, "export.csv")
    if isinstance(outcome, tuple) and any(reading.entries for reading in outcome):
        raise RuntimeError("movements were read from a hostile file")
    if isinstance(outcome, Failure):
        raise RuntimeError(f"no clear answer: {outcome}")  # noqa: TRY004 - it is no mistake of a type
    return seconds


def hostile() -> Iterator[bytes]:
    """Entities that multiply, a million columns, one endless line, depth without end, quotation marks that never close."""
    bomb = b"".join(b'<!ENTITY e%d "%s">' % (n + 1, b"&e%d;" % n * 10) for n in range(9))
    yield (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "x">'
        + bomb
        + b"]><Document><BkToCstmrStmt>&e9;</BkToCstmrStmt></Document>"
    )
    yield b";".join([b"Date;Montant;Libelle"] + [b"x"] * 1_000_000) + b"\n" + b";" * 1_000_000
    yield b"Date;Libelle;Montant\n" + b"9" * 20_000_000
    yield b"<Document><BkToCstmrStmt>" + b"<a>" * 300_000
    yield b'Date;Libelle;Montant\n"09/03/2026;' + b'x;"";' * 1_000_000
    yield b":20:A\n:61:" + b"2603090309C" * 500_000
    yield b"OFXHEADER:100\n<OFX>" + b"<A>" * 1_000_000
    yield b"+++" * 3_000_000 + b"\n:20:A\n:86:" + b"/NAME/" * 500_000
