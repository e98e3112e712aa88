"""The own text of the mails of a folder: `.eml` files are parsed, anything else is a plain body."""

import json
from collections.abc import Iterator
from pathlib import Path

from agent.mail.charsets import decode
from agent.mail.message import parse_message
from agent.mail.quoting import own_text, own_text_of


def predict(directory: Path) -> Iterator[dict[str, object]]:
    for line in (directory / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        name = json.loads(line)["file"]
        raw = (directory / name).read_bytes()
        found = own_text(parse_message(raw)) if name.endswith(".eml") else own_text_of(decode(raw))
        yield {"file": name, "text": found.text}
