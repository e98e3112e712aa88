"""Which mails of a folder are automatic answers; receipts count, bounces do not."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from agent.domain.findings import ReportKind
from agent.mail.message import parse_message
from agent.parsers.replies.autoreply import read_autoreply
from agent.parsers.replies.bounce import read_bounce


def predict(directory: Path) -> Iterator[dict[str, object]]:
    for line in (directory / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        name = json.loads(line)["file"]
        message = parse_message((directory / name).read_bytes())
        report = read_bounce(message)
        received = message.date.date() if message.date else date(2026, 1, 1)
        found = read_autoreply(message, received)
        automatic = report.kind is ReportKind.READ if report else found is not None
        yield {
            "file": name,
            "autoreply": automatic,
            "kind": found.kind if found else "",
            "back_on": found.back_on if found else None,
            "stand_in": found.stand_in if found else "",
        }
