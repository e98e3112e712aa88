"""What is left of broken mails: subject, text and attachments. A container that was opened (winmail.dat) counts once."""

import json
from collections.abc import Iterator
from pathlib import Path

from agent.mail.message import Message, parse_message


def predict(directory: Path) -> Iterator[dict[str, object]]:
    for line in (directory / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        name = json.loads(line)["file"]
        message = parse_message((directory / name).read_bytes())
        yield {
            "file": name,
            "ok": True,
            "subject": message.subject,
            "text": message.text,
            "n_attachments": attachments(message),
            "attachment_names": [file.filename for file in message.attachments],
        }


def attachments(message: Message) -> int:
    """How many parts of the mail are attachments, each container counted once."""
    return len(
        {file.path.partition("/")[0] if "/" in file.path else number for number, file in enumerate(message.attachments)}
    )
