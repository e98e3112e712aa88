"""One headless Chromium, driven over the pipe of its DevTools protocol: pictures of pages, and what scripts find on them.

The fonts are pinned (Liberation, and DejaVu for other scripts), so that the same page gives the same picture on every machine.
The network is off: a page gets nothing that it does not bring along.
"""

import base64
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

_FLAGS = (
    "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--hide-scrollbars", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--disable-lcd-text", "--font-render-hinting=none", "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>/usr/share/fonts/truetype/liberation</dir><dir>/usr/share/fonts/truetype/dejavu</dir>
<cachedir>{folder}/fonts</cachedir>
<alias binding="same"><family>Helvetica</family><prefer><family>Liberation Sans</family></prefer></alias>
<alias binding="same"><family>Arial</family><prefer><family>Liberation Sans</family></prefer></alias>
<alias binding="same"><family>sans-serif</family><prefer><family>Liberation Sans</family></prefer></alias>
<alias binding="same"><family>monospace</family><prefer><family>Liberation Mono</family></prefer></alias>
</fontconfig>
"""
_TALLEST = 8000
_POLICY = "Content-Security-Policy"


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    name: str
    width: int
    dark: bool = False


LOOKS = (Look("wide", 600), Look("phone", 375), Look("dark", 600, dark=True))


def chromium() -> str | None:
    """Where Chromium is, or None."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@dataclass(slots=True)
class Browser:
    """A page in a running Chromium; `browser()` starts and ends it."""

    _read: int
    _write: int
    _session: str = ""
    _target: str = ""
    _fenced: bool = False
    _count: int = 0
    _buffer: bytearray = field(default_factory=bytearray)

    def look(self, html: str, look: Look) -> None:
        """Load this page at the width and in the colours of the look."""
        if self._fenced:  # what a document forbids holds for the next one set in its place
            self.open()
        self._fenced = _POLICY in html
        media = [{"name": "prefers-color-scheme", "value": "dark" if look.dark else "light"}]
        self._ask("Emulation.setEmulatedMedia", features=media)
        self._ask("Emulation.setDeviceMetricsOverride", width=look.width, height=800, deviceScaleFactor=1, mobile=False)
        frame = self._ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._ask("Page.setDocumentContent", frameId=frame, html=html)
        self.run("Promise.all([...document.images].map(i => i.decode().catch(() => 0))).then(() => 1)")

    def picture(self, target: Path, colours: int = 64) -> None:
        """The whole page that is shown, as a PNG of few colours."""
        width, height = self.run(
            "[innerWidth, Math.ceil(Math.max(document.documentElement.scrollHeight, document.body.scrollHeight))]"
        )
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, _TALLEST), "scale": 1}
        answer = self._ask("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        target.write_bytes(base64.b64decode(answer["data"]))
        _crop(target, colours)

    def run(self, script: str) -> Any:
        """What this script gives on the page that is shown."""
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "script failed"))
        return answer["result"].get("value")

    def call(self, method: str, parameters: dict[str, object]) -> Any:
        """What the browser answers to this command of its protocol."""
        return self._ask(method, **parameters)

    def open(self) -> None:
        """Attach to an empty page, and close the one before."""
        before, self._session = self._target, ""
        self._target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        if before:
            self._ask("Target.closeTarget", targetId=before)

    def close(self) -> None:
        """Ask Chromium to go."""
        self._session = ""
        self._ask("Browser.close")

    def _ask(self, method: str, **parameters: object) -> Any:
        self._count += 1
        message: dict[str, object] = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        left = json.dumps(message).encode() + b"\0"
        while left:
            left = left[os.write(self._write, left) :]
        while True:
            answer = json.loads(self._message())
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def _message(self) -> bytes:
        while (end := self._buffer.find(0)) < 0:
            chunk = os.read(self._read, 1 << 20)
            if not chunk:
                raise RuntimeError("Chromium went away")
            self._buffer += chunk
        message = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return message


@contextmanager
def browser() -> Iterator[Browser]:
    """A running Chromium with fonts and profile of its own; SystemExit where there is none."""
    program = chromium()
    if program is None:
        raise SystemExit("this needs chromium (apt-get install chromium fonts-liberation fonts-dejavu-core)")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(_FONTS.format(folder=folder), encoding="utf-8")
        environment = {**os.environ, "FONTCONFIG_FILE": str(fonts), "LANG": "C.UTF-8", "HOME": folder}
        (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
        # Chromium reads commands on descriptor 3 and answers on 4; high numbers first, lest one be written over.
        actions = [
            (os.POSIX_SPAWN_DUP2, theirs_in, 103), (os.POSIX_SPAWN_DUP2, theirs_out, 104),
            (os.POSIX_SPAWN_DUP2, 103, 3), (os.POSIX_SPAWN_DUP2, 104, 4),
            (os.POSIX_SPAWN_CLOSE, 103), (os.POSIX_SPAWN_CLOSE, 104),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]  # fmt: skip
        command = [program, *_FLAGS, f"--user-data-dir={folder}/profile", "about:blank"]
        process = os.posix_spawn(program, command, environment, file_actions=actions)
        os.close(theirs_in)
        os.close(theirs_out)
        page = Browser(ours_in, ours_out)
        try:
            page.open()
            yield page
            page.close()
        finally:
            os.close(ours_in)
            os.close(ours_out)
            os.waitpid(process, 0)


def _crop(picture: Path, colours: int) -> None:
    """Cut the empty ground below the mail away, and keep few colours."""
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    ground = Image.new("RGB", image.size, image.getpixel((1, image.height - 1)))
    box = ImageChops.difference(image, ground).getbbox()
    whole = image.crop((0, 0, image.width, min((box[3] if box else 0) + 24, image.height)))
    whole.quantize(colours, dither=Image.Dither.NONE).save(picture, optimize=True)
