"""Secrets that would be recognised anywhere live through Relance's whole life, and stand nowhere but where the operator put them."""

import io
import logging
import os
import signal
import subprocess
import sys
import time
import zlib
from base64 import b64encode
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from agent.backends import imap_session
from agent.backends.imap_session import ImapAccount
from agent.backends.oauth import Tokens
from agent.backends.oauth_client import Grant, OAuthClient
from agent.backends.smtp import SmtpAccount, SmtpTransport
from agent.cli import main
from agent.config import Security
from agent.demo import mails
from agent.demo.cast import AGENCY, write_configuration
from agent.errors import AgentError
from agent.ports import Envelope
from agent.service import log
from tests.servers import Dovecot, Smtp, certificate
from tests.servers.leaky import Leaky
from tests.walks.invoices import ubl
from tests.walks.test_daemon import BRUNO, MORNING
from tests.walks.town import MAILBOX, PEOPLE

pytestmark = [pytest.mark.walk, pytest.mark.timeout(300)]

CANARIES = {name: f"Kanarienvogel-{name}-7F3c9" for name in ("imap", "smtp", "refresh", "client", "identity")}


def leaks(content: bytes, secrets: dict[str, bytes]) -> set[str]:
    """The names of the secrets that stand in it, as they are or in base64 with anything before them."""
    found = set()
    for name, secret in secrets.items():
        encoded = (b64encode(b"\0" * before + secret)[4:-4] for before in range(3))
        if any(form in content for form in (secret, secret.hex().encode(), *encoded)):
            found.add(name)
    return found


def canaries() -> dict[str, bytes]:
    return {name: value.encode() for name, value in CANARIES.items()}


def command(folder: Path, *words: str) -> str:
    """Everything that a command of Relance says."""
    said = io.StringIO()
    log_lines = logging.getLogger("relance").handlers[:]
    with redirect_stdout(said), redirect_stderr(said):
        main([words[0], *words[1:], "--config", str(folder / "config.toml")])
    logging.getLogger("relance").handlers[:] = log_lines
    return said.getvalue()


def unpacked(path: Path) -> bytes:
    """The file, and what its compressed parts hold: workbooks and archives are ZIP files."""
    content = path.read_bytes()
    parts = [content]
    for start in (at for at in range(len(content)) if content.startswith(b"PK\x03\x04", at)):
        name, extra = (int.from_bytes(content[start + at : start + at + 2], "little") for at in (26, 28))
        try:
            parts.append(zlib.decompressobj(-15).decompress(content[start + 30 + name + extra :]))
        except zlib.error:
            continue
    return b"\n".join(parts)


@pytest.fixture
def folder(tmp_path):
    """A configuration whose secrets are canaries, each in a file of its own."""
    secrets = tmp_path / "secrets"
    secrets.mkdir(0o700)
    for name, value in CANARIES.items():
        (secrets / name).write_text(value)
        (secrets / name).chmod(0o600)
    return tmp_path


def configured(folder: Path, imap: int, smtp: int, cert: Path, security: str = "starttls") -> None:
    table = MAILBOX.format(imaps=imap, smtp=smtp, address=AGENCY, cert=cert, user="relance")
    write_configuration(folder, table.replace("starttls", security))


def test_no_secret_leaves_its_place_in_a_whole_life(folder, monkeypatch):
    """Mail comes, is read and answered; the books are shown, exported, copied and verified: no file and no word holds a secret."""
    monkeypatch.setattr("tests.servers.smtp.PASSWORD", CANARIES["smtp"])
    monkeypatch.chdir(folder)
    said = ""
    with (
        Dovecot(AGENCY, *PEOPLE, password=CANARIES["imap"]) as dovecot,
        Smtp(dovecot.lmtp, (dovecot.cert, dovecot.key), "starttls", login=True) as smtp,
    ):
        configured(folder, dovecot.imaps, smtp.port, dovecot.cert)
        mail = mails.letter(mails.Pen(BRUNO, MORNING, "1"), AGENCY, "Facture 2026-9", "À suivre.")
        mail.add_attachment(ubl("2026-9"), maintype="application", subtype="xml", filename="2026-9.xml")
        dovecot.deliver(AGENCY, mail.as_bytes())
        said += command(folder, "once")
        assert "1 sent" in said
        out = folder / "out"
        out.mkdir()
        for words in (
            ("status",),
            ("status", "--json"),
            ("verify",),
            ("check",),
            ("doctor",),
            ("backup", "out/copy.db"),
            ("export", "--tinydb", "out/books.json"),
            ("export", "--csv", "out/sheet.csv"),
            ("export", "--ledger", "out/ledger.xlsx"),
            ("report", "--creditor", "atelier-bruno", "--html", "out/report.html"),
            ("explain", "2026-9"),
            ("dossier", "2026-9", "--out", "out"),
            ("outbox",),
        ):
            told = _tried(folder, words)
            said += told
        dovecot.stop()
        said += command(folder, "once") + command(folder, "check")
    assert not leaks(said.encode(), canaries())
    signing = {"signing": (folder / "state" / "secret").read_bytes()} if (folder / "state").is_dir() else {}
    assert signing
    holding: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.parent.name != "secrets":
            for name in leaks(unpacked(path), canaries() | signing):
                holding.setdefault(name, set()).add(path.relative_to(folder).as_posix())
    # the copy holds what makes tokens, so that answers to mails from before a restore are still believed
    assert holding == {"signing": {"state/secret", "out/copy.db"}}


def _tried(folder: Path, words: tuple[str, ...]) -> str:
    try:
        return command(folder, *words)
    except SystemExit as wrong:
        raise AssertionError(f"no such call: {words}") from wrong


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


def told(act) -> str:
    """The whole chain of what an act raises, as a log line would have it."""
    stream = io.StringIO()
    log.set_up(stream)
    try:
        act()
    except AgentError as error:
        logging.getLogger("relance.test").exception("it failed: %s", error, exc_info=error)
        return f"{error} {getattr(error, 'problems', '')} {stream.getvalue()}"
    raise AssertionError("it did not fail")


@pytest.mark.parametrize("lets_in", [False, True])
def test_a_server_that_repeats_the_password_is_not_repeated(tls, lets_in):
    """At the login or later, in the clear or in base64: neither message nor log nor traceback shows it."""
    cert = tls[0]
    with Leaky("imap", tls, lets_in=lets_in) as imap, Leaky("smtp", tls, lets_in=lets_in) as smtp:
        account = ImapAccount("localhost", "u", CANARIES["imap"], port=imap.port, ca_file=cert)
        relay = SmtpTransport(
            SmtpAccount("localhost", "u", CANARIES["smtp"], port=smtp.port, security=Security.TLS, ca_file=cert)
        )
        words = told(lambda: imap_session.connect(account))
        if lets_in:
            words += str(relay.send(Envelope("a@example.org", ("b@example.org",)), b"Subject: x\r\n\r\nx"))
        else:
            words += told(relay.check)
        relay.close()
    assert "[hidden]" in words
    assert not leaks(words.encode(), canaries())


def test_a_provider_that_repeats_the_tokens_is_not_repeated(tls, folder):
    """A refresh token and the program's own secret come back in the provider's complaint, and go no further."""
    with Leaky("https", tls) as provider:
        client = OAuthClient(
            "relance-client",
            "mail",
            token_url=f"https://localhost:{provider.port}/token",
            grant=Grant.REFRESH_TOKEN,
            secret=CANARIES["client"],
            token_file=folder / "secrets" / "refresh",
            ca_file=tls[0],
        )
        words = told(Tokens(client))
    assert "you sent" in words
    assert not leaks(words.encode(), canaries())


def test_the_running_service_shows_its_secrets_to_nobody(folder, tls):
    """Refused by leaky servers, it says so without them; arguments and environment are free of them, and a crash leaves no core."""
    with Leaky("imap", tls) as imap, Leaky("smtp", tls) as smtp:
        configured(folder, imap.port, smtp.port, tls[0], "tls")
        run = [sys.executable, "-m", "agent", "run", "--config", str(folder / "config.toml")]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        with (folder / "daemon.log").open("wb") as output:
            daemon = subprocess.Popen(run, cwd=folder, env=environment, stdout=output, stderr=output)
        try:
            for _ in range(900):
                if b"refused the login" in (folder / "daemon.log").read_bytes():
                    break
                time.sleep(0.1)
            seen = b"".join(Path(f"/proc/{daemon.pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
            limits = Path(f"/proc/{daemon.pid}/limits").read_text()
            daemon.send_signal(signal.SIGABRT)
            daemon.wait(90)
        finally:
            daemon.kill()
            daemon.wait()
    logged = (folder / "daemon.log").read_bytes()
    assert b"refused the login" in logged
    assert b"[hidden]" in logged
    assert not leaks(logged + seen, canaries())
    (core,) = (line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    assert not [path for path in folder.rglob("core*") if path.is_file()]
    for path in folder.rglob("*"):
        if path.is_file() and path.parent.name != "secrets":
            assert not leaks(path.read_bytes(), canaries()), path
