"""What the Debian package contains of Python: Relance's own wheel, and the releases of requirements.lock, laid into one folder."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORK = ROOT / "build/deb"
LOCK = Path(__file__).with_name("requirements.lock")
# all but nlp, whose model would make the package twice as large
EXTRAS = "exchange,oauth,ocr,postgres,qr"


def of_git(*question: str) -> str:
    """What git says of the checkout, nothing where there is none."""
    done = subprocess.run(["git", *question], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def epoch() -> int:
    """The moment that every file bears: of SOURCE_DATE_EPOCH, else that of the last commit."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or of_git("log", "-1", "--format=%ct") or 0)


def wheel() -> Path:
    """Relance's own wheel, built anew."""
    folder = WORK / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(epoch())}
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return next(folder.glob("*.whl"))


def locked_wheels() -> Path:
    """The folder with a wheel of each locked release; fetched once, each compared with its hash."""
    folder = WORK / "wheels"
    WORK.mkdir(parents=True, exist_ok=True)
    stamp = folder / ".lock"
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    _pip("wheel", "--no-deps", "--require-hashes", "--requirement", str(LOCK), "--wheel-dir", str(folder))
    stamp.write_text(wanted)
    return folder


def lay(target: Path) -> None:
    """Everything into this folder, in the same bytes at every build: without traces of where and when it was installed."""
    shutil.rmtree(target, ignore_errors=True)
    wheels = [str(path) for path in sorted(locked_wheels().glob("*.whl"))]
    _pip("install", "--no-index", "--no-deps", "--no-compile", "--target", str(target), str(wheel()), *wheels)
    shutil.rmtree(target / "bin")
    # what pip knows of the installation, which is dpkg's to know here
    for name in ("RECORD", "direct_url.json", "REQUESTED", "INSTALLER"):
        for path in target.glob(f"*.dist-info/{name}"):
            path.unlink()


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check", *arguments]
    subprocess.run(command, cwd=WORK, env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch())}, check=True)
