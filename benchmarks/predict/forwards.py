"""The forwarded mail in each text of a folder; of the truth only the file's name and the forward's own subject are read."""

import json
from collections.abc import Iterator
from pathlib import Path

from agent.mail.charsets import decode
from agent.mail.forwards import forwarded, unwrap
from agent.mail.message import Address, parse_message


def predict(directory: Path) -> Iterator[dict[str, object]]:
    for line in (directory / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        row = json.loads(line)
        raw = (directory / row["file"]).read_bytes()
        if row["file"].endswith(".eml"):
            found = forwarded(parse_message(raw))
        else:
            found = unwrap(decode(raw), row.get("subject_in") or "")
        if found is None:
            yield {"file": row["file"], "forwarded": False}
            continue
        yield {
            "file": row["file"],
            "forwarded": True,
            "from": _person(found.sender),
            "to": [_person(person) for person in found.to],
            "cc": [_person(person) for person in found.cc],
            "subject": found.subject,
            "date_text": found.date_text,
            "message": found.message,
            "body": found.body,
        }


def _person(person: Address) -> dict[str, str | None]:
    return {"address": person.address, "name": person.name or None}
