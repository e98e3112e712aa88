"""`relance login`: a person lets Relance into a mailbox whose provider wants tokens instead of passwords."""

import os
from argparse import Namespace
from pathlib import Path

from agent.backends.connect import oauth_client
from agent.backends.oauth import log_in
from agent.cli.screen import Screen
from agent.config import MailboxSettings, load
from agent.errors import AgentError


def run(arguments: Namespace, screen: Screen) -> int:
    """Show the address and the code, wait until somebody entered it, and keep what the provider gives."""
    mailbox = _chosen(load(arguments.config).mailboxes, arguments.mailbox)
    client = oauth_client(mailbox.oauth)
    log_in(client, screen.line)
    if client.token_file is not None:
        _hand_over(client.token_file)
    screen.line(f"Relance may use the mailbox {mailbox.name} now.")
    screen.line(f"Then: relance check --config {arguments.config}")
    return 0


def _chosen(mailboxes: tuple[MailboxSettings, ...], name: str | None) -> MailboxSettings:
    found = [m for m in mailboxes if m.oauth.client_id and name in (None, m.name)]
    if len(found) != 1:
        names = ", ".join(m.name for m in mailboxes if m.oauth.client_id) or "none"
        raise AgentError(f"name one of the mailboxes that use tokens with --mailbox (there are: {names})")
    return found[0]


def _hand_over(path: Path) -> None:
    """Give the file to whom the folder belongs: the service renews it, and root may have logged in for it."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
