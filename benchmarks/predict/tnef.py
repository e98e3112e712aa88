"""The files inside winmail.dat bodies and Outlook .msg files."""

import json
from collections.abc import Iterator
from pathlib import Path

from agent.mail.message import parse_message


def predict(directory: Path) -> Iterator[dict[str, object]]:
    for line in (directory / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        name = json.loads(line)["file"]
        message = parse_message((directory / name).read_bytes())
        opened = bool(message.text or message.subject or message.attachments)
        yield {"file": name, "ok": opened, "attachment_names": [file.filename for file in message.attachments]}
