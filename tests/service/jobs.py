"""Functions that the sandbox tests run in the child."""

import ctypes
import os
import socket
import subprocess
import threading
import time
from pathlib import Path

from agent.domain.money import Money
from agent.domain.parties import Role


def double(number: int) -> int:
    return number * 2


def size(content: bytes) -> int:
    return len(content)


def echo(value: object) -> object:
    return value


def amount(text: str) -> Money:
    from decimal import Decimal

    return Money(Decimal(text), "EUR")


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def spin() -> None:
    while True:
        pass


def hog() -> int:
    return len(bytearray(4 << 30))


def crash() -> None:
    ctypes.string_at(0)


def fail() -> None:
    raise ValueError("no such page")


def whoami() -> int:
    return os.getpid()


def whoami_slowly() -> int:
    """Slow enough that another one is asked meanwhile."""
    time.sleep(0.5)
    return os.getpid()


def outcome(act: str, target: str) -> str:
    """What the kernel says to an act that a parser has no business with."""
    acts = {
        "connect": lambda: socket.create_connection(("127.0.0.1", int(target)), 1),
        "resolve": lambda: socket.socket(socket.AF_UNIX),
        "execute": lambda: subprocess.run([target], check=True),
        "fork": os.fork,
        "read": lambda: Path(target).read_bytes(),
        "list": lambda: list(Path(target).iterdir()),
        "write": lambda: Path(target).write_bytes(b"x" * 10),
        "kill": lambda: os.kill(int(target), 0),
        "environment": lambda: os.environ[target],
        "thread": lambda: threading.Thread(target=len, args=("",)).start(),
    }
    try:
        acts[act]()
    except (OSError, KeyError) as error:
        return type(error).__name__
    return "done"


def shell(command: str) -> tuple[int, str]:
    """How a command of the system ended, and what it said."""
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def descriptors() -> list[int]:
    return [number for number in range(200) if _open(number)]


def _open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


class ByName:
    """Pickles as an attribute of a class."""

    def __init__(self, kind: type, name: str) -> None:
        self.pair = kind, name

    def __reduce__(self) -> object:
        return getattr, self.pair


def attribute(name: str) -> object:
    return ByName(Role if name == "OWNER" else Money, name)


class Foreign:
    """A class that no parser should return; its unpickling would call a function of the parent."""

    def __reduce__(self) -> object:
        return os.system, ("true",)


def forge() -> object:
    return Foreign()


def leave() -> list[str]:
    """What a process that the child started achieves when it tries to leave the group by which both are killed."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        for attempt in (os.setsid, lambda: os.setpgid(0, 0)):
            try:
                attempt()
                os.write(writer, b"left ")
            except OSError as error:
                os.write(writer, f"{error.errno} ".encode())
        os._exit(0)
    os.close(writer)
    os.wait()
    return os.read(reader, 100).decode().split()
