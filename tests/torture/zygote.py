"""Has the whole program loaded and forks it off, so that a life of the daemon begins in a moment: python -m tests.torture.zygote.

Each line of its input is a life: `fork ROLE JSON` answers with the process id, `reap PID` with the wait status.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import pkgutil
import signal
import sys
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import agent
from agent import cli
from agent.service import children, nursery, sandbox
from tests.torture import points
from tests.torture.clock import Clock
from tests.torture.warming import warm


def main() -> None:
    """Serve until the harness goes away."""
    _load_everything()
    warm()
    os.write(1, b"ready\n")
    for line in sys.stdin:
        order, _, rest = line.strip().partition(" ")
        if order == "fork":
            pid = os.fork()
            if not pid:
                _live(json.loads(rest))
            answer = pid
        else:
            answer = os.waitpid(int(rest), 0)[1]
        os.write(1, f"{answer}\n".encode())


def _load_everything() -> None:
    for module in pkgutil.walk_packages(agent.__path__, "agent."):
        if not module.name.startswith(("agent.demo", "agent.backends.exchange")) and "__main__" not in module.name:
            importlib.import_module(module.name)
    for name in sandbox.PRELOAD:
        importlib.import_module(name)


def _live(life: dict[str, Any]) -> None:
    """In the child: be one run of the program, and end."""
    code = 70
    _die_with_the_zygote()
    try:
        log = os.open(life["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        points.keep_time(Clock(Path(life["clock"])))
        points.keep_temporary_files(Path(life["temporary"]))
        patch.object(children, "subprocess", SimpleNamespace(Popen=_Forked, DEVNULL=-3)).start()
        if life["point"]:
            points.arm(points.Fuse(life["point"], life["passages"], Path(life["mark"])))
        code = int(cli.main(life["arguments"]))
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        os._exit(code)


def _die_with_the_zygote() -> None:
    """Leave nobody behind when the harness is broken off: prctl(2), PR_SET_PDEATHSIG."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class _Forked:
    """The parsers' nursery as a fork of this process, which has the parsers loaded already; it looks like a Popen."""

    def __init__(self, command: list[str], pass_fds: tuple[int, ...], **_: object) -> None:
        control, memory, processor, programs, modules = command[-5:]
        self.pid = os.fork()
        if not self.pid:
            try:
                os.setsid()
                os.closerange(3, pass_fds[0])
                os.closerange(pass_fds[0] + 1, 65_536)
                terms = nursery.Terms(int(memory), int(processor), programs == "programs")
                nursery.main(int(control), terms, modules)
            finally:
                os._exit(0)

    def poll(self) -> int | None:
        """The wait status once it ended."""
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:
            return 0
        return status if pid else None

    def kill(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        """Wait for its end."""
        os.waitpid(self.pid, 0)


if __name__ == "__main__":
    main()
