"""What each mail of a folder reports about mails of ours. A delay is told among the bounces there, a complaint as feedback."""

import json
from collections.abc import Iterator
from pathlib import Path

from agent.domain.findings import ReportKind
from agent.mail.message import parse_message
from agent.parsers.replies.bounce import read_bounce

_KIND = {
    ReportKind.BOUNCE: "bounce",
    ReportKind.DELAYED: "bounce",
    ReportKind.COMPLAINT: "feedback",
    ReportKind.DELIVERED: "delivered",
    ReportKind.READ: "none",
}


def predict(directory: Path) -> Iterator[dict[str, object]]:
    for line in (directory / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        name = json.loads(line)["file"]
        found = read_bounce(parse_message((directory / name).read_bytes()))
        rows = [
            {"recipient": one.address, "permanent": one.permanent, "hard": one.hard}
            for one in (found.recipients if found else ())
        ]
        yield {"file": name, "kind": _KIND[found.kind] if found else "none", "rows": rows}
