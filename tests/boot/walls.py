"""Runs behind the walls of relance.service: prints what Relance needs and cannot have there, and what it could do and must not."""

import io
import mmap
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import typst
from PIL import Image, ImageDraw, ImageFont

from agent.backends.tesseract import Tesseract
from agent.backends.tls import context
from agent.service.documents import Rooms
from agent.service.jail import in_force
from agent.service.sandbox import Result


def needed() -> Iterator[str]:
    """What does not work although Relance needs it."""
    if not typst.compile(b"= Mise en demeure").startswith(b"%PDF"):
        yield "Typst sets no page"
    if not np.allclose(np.ones((300, 300)) @ np.ones((300, 300)), 300):
        yield "NumPy does not multiply"
    if not context(None).get_ca_certs():
        yield "no certificates to trust"
    rooms = Rooms.of()
    measures = rooms.plain.run(in_force)
    if not isinstance(measures, Result) or "seccomp" not in measures.value:
        yield f"documents are read under {measures}"
    if rooms.scans is None:
        yield "no tesseract"
        return
    read = rooms.scans.run(Tesseract().words, _page("INVOICE 2026 TOTAL"), ("en",))
    if not isinstance(read, Result) or "INVOICE" not in {word for word, _, _ in read.value}:
        yield f"tesseract read {read}"


def forbidden() -> Iterator[str]:
    """What could be done although nobody should."""
    acts: dict[str, Callable[[], object]] = {
        "write into /etc": lambda: Path("/etc/new").write_text("x"),
        "write into /opt": lambda: Path("/opt/relance/new").write_text("x"),
        "write into /var": lambda: Path("/var/new").write_text("x"),
        "read the passwords of the system": lambda: Path("/etc/shadow").read_bytes(),
        "read the secrets of its own folder": lambda: Path("/etc/relance/secrets/mailbox").read_bytes(),
        "see a home": lambda: Path("/root/.profile").read_bytes(),
        "see the first process": lambda: Path("/proc/1/status").read_bytes(),
        "see the kernel's settings": lambda: Path("/proc/sys/kernel/hostname").write_text("x"),
        "open a packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
        "open a netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "have a page both writable and executable": lambda: mmap.mmap(
            -1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
        ),
        "be root": lambda: os.setuid(0),
        "make a name space": lambda: subprocess.run(
            ["/usr/bin/unshare", "-U", "true"], check=True, capture_output=True
        ),
        "change the host's name": lambda: socket.sethostname("x"),
        "be more important than others": lambda: os.setpriority(os.PRIO_PROCESS, 0, -5),
    }
    for name, act in acts.items():
        try:
            act()
        except (OSError, subprocess.CalledProcessError):
            continue
        yield f"it can {name}"


def _page(text: str) -> bytes:
    picture = Image.new("L", (1600, 300), 255)
    ImageDraw.Draw(picture).text((60, 80), text, fill=0, font=ImageFont.load_default(90))
    written = io.BytesIO()
    picture.save(written, "PNG", dpi=(300, 300))
    return written.getvalue()


if __name__ == "__main__":
    found = [*needed(), *forbidden()]
    print("\n".join(found) or "the walls stand, and there is room behind them")
    sys.exit(bool(found))
