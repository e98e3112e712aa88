"""Pictures of the mails, as Chromium shows them: python -m benchmarks.gallery OUTDIR [--only NAME] [--lang fr].

Each mail is drawn at 600 and 375 pixels and in dark mode; OUTDIR also gets its HTML, with the inline pictures put in. With
--readme OUTDIR gets just the pictures of the README under their own names.
"""

import argparse
import base64
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from agent.demo.samples.letters import Sample, samples
from agent.domain.parties import LANGUAGES
from agent.mail.outgoing import OutgoingMail
from agent.outbox.compose import compose

MAIN = (
    "statement-friendly",
    "statement-last",
    "acknowledgement-registered",
    "acknowledgement-review",
    "question-after_last_statement",
    "action_notice-promise",
    "receipt-promise",
    "refusal-unreadable_encrypted",
    "corrected-followed",
    "status",
    "digest",
    "proof",
)
README = {"statement": "statement-friendly", "acknowledgement": "acknowledgement-review", "digest": "digest"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--only", action="append", help="a mail's name, for instance statement-friendly")
    parser.add_argument("--lang", action="append", choices=LANGUAGES)
    parser.add_argument("--readme", action="store_true", help="the README's pictures only")
    asked = parser.parse_args()
    asked.outdir.mkdir(parents=True, exist_ok=True)
    if asked.readme:
        readme_pictures(asked.outdir)
        return
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    for language in asked.lang or ("fr", "en"):
        for sample in samples(language):
            if sample.name in (asked.only or MAIN):
                page = written(sample, asked.outdir / f"{sample.name}-{language}.html")
                if chromium:
                    draw(chromium, page)
                print(page)


def readme_pictures(outdir: Path) -> None:
    """The README's pictures in English: each mail wide, and as a phone shows it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("the pictures need chromium (apt-get install chromium)")
    by_name = {sample.name: sample for sample in samples("en")}
    with tempfile.TemporaryDirectory() as folder:
        for name, sample in README.items():
            page = written(by_name[sample], Path(folder) / f"{name}.html")
            draw(chromium, page)
            shutil.copy(page.with_name(f"{name}-wide.png"), outdir / f"{name}.png")
            shutil.copy(page.with_name(f"{name}-phone.png"), outdir / f"{name}-phone.png")


def written(sample: Sample, target: Path) -> Path:
    """The mail's HTML in this file, its inline pictures as data, and its text beside it."""
    kept: dict[str, bytes] = {}

    def keep(content: bytes) -> str:
        kept[str(len(kept))] = content
        return str(len(kept) - 1)

    mail = compose(sample.letter, replace(sample.facts, keep=keep))
    target.write_text(with_pictures(mail, kept), encoding="utf-8")
    target.with_suffix(".txt").write_text(f"{mail.subject}\n\n{mail.text}", encoding="utf-8")
    return target


def with_pictures(mail: OutgoingMail, kept: dict[str, bytes]) -> str:
    """The HTML with every cid: picture as a data URL."""
    html = mail.html
    for part in mail.parts:
        if part.cid:
            data = base64.b64encode(kept[part.sha256]).decode()
            html = html.replace(f"cid:{part.cid}", f"data:{part.media_type};base64,{data}")
    return html


def draw(chromium: str, page: Path) -> None:
    """PNG pictures beside the page: wide, phone, dark."""
    flags: Iterable[str] = (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    )  # fmt: skip
    looks = (("wide", 640, ()), ("phone", 500, ()), ("dark", 640, ("--blink-settings=preferredColorScheme=0",)))
    for name, width, extra in looks:
        source = page
        if name == "phone":
            # Chromium's window is never narrower than 500 pixels: a frame of 375 stands for the phone.
            source = page.with_suffix(".phone.html")
            frame = (
                f'<body style="margin:0"><iframe src="{page.name}" style="border:0;width:375px;height:3000px"></iframe>'
            )
            source.write_text(frame, encoding="utf-8")
        with tempfile.TemporaryDirectory() as profile:
            target = page.with_name(f"{page.stem}-{name}.png")
            command = [chromium, *flags, *extra, f"--user-data-dir={profile}", f"--window-size={width},3000"]
            subprocess.run(
                [*command, f"--screenshot={target}", source.resolve().as_uri()],
                check=True,
                capture_output=True,
                timeout=60,
            )
        if name == "phone":
            source.unlink()
        crop(target, 375 if name == "phone" else width)


def crop(picture: Path, width: int) -> None:
    """Cut the empty ground below the mail away."""
    from PIL import Image, ImageChops

    with Image.open(picture) as opened:
        image = opened.convert("RGB").crop((0, 0, width, opened.height))
    ground = Image.new("RGB", image.size, image.getpixel((1, image.height - 1)))
    box = ImageChops.difference(image, ground).getbbox()
    image.crop((0, 0, width, min((box[3] if box else 0) + 24, image.height))).quantize(128).save(picture, optimize=True)


if __name__ == "__main__":
    main()
