"""Naming a provider is enough; what is said beside it stands."""

import shutil
from pathlib import Path

import pytest

from agent.config import ImapSettings, MailboxSettings, OAuthSettings, Security, SmtpSettings, load
from agent.config.providers import PROVIDERS, filled_in
from agent.errors import ConfigError

DOCS = Path(__file__).parents[2] / "docs" / "providers.md"


def mailbox(provider, inbox=None, outgoing=None, oauth=None):
    """A mailbox that says as little as can be."""
    return MailboxSettings(
        "main",
        inbox or ImapSettings("imap", user="a@b.example"),
        outgoing or SmtpSettings("smtp", user="a@b.example"),
        provider,
        oauth or OAuthSettings(),
    )


@pytest.mark.parametrize("name", sorted(set(PROVIDERS) - {"dovecot"}))
def test_a_provider_fills_in_its_servers(name):
    """Hosts, ports and encryption come from the provider, and both directions are encrypted."""
    filled = filled_in(mailbox(name))
    assert (filled.inbox.host, filled.outgoing.host) == (PROVIDERS[name].imap, PROVIDERS[name].smtp)
    assert filled.inbox.host
    assert Security.NONE not in (filled.inbox.security, filled.outgoing.security)
    assert filled.inbox.idle_seconds <= 540


def test_a_server_of_ones_own_is_named_beside_its_kind():
    """Dovecot stands on everybody's own machine: its name alone fills in no host."""
    filled = filled_in(mailbox("dovecot", ImapSettings("imap", "imap.example.org", "x")))
    assert (filled.inbox.host, filled.outgoing.host) == ("imap.example.org", "")
    assert filled.inbox.server_keeps_sent is False


def test_what_is_said_stands():
    """A host of one's own beside a provider's name is kept, with its port and encryption."""
    own = SmtpSettings("smtp", host="relay.example.org", user="x", port=2525, security=Security.TLS)
    filled = filled_in(mailbox("ovh", outgoing=own))
    assert filled.outgoing == own
    assert filled.inbox.host == "ssl0.ovh.net"


def test_providers_that_file_sent_mail_themselves_are_known():
    """Google and Microsoft keep a copy of what is sent: none is added beside it."""
    keeps = {name for name in PROVIDERS if filled_in(mailbox(name)).inbox.server_keeps_sent}
    assert keeps == {"gmail", "microsoft365"}


def test_limits_of_sending_are_known():
    """What a provider takes in a day is a setting; what is said stands, and another relay has its own limits."""
    assert filled_in(mailbox("gmail")).outgoing.sends_per_day == 2000
    assert filled_in(mailbox("ovh")).outgoing.sends_per_day is None
    said = SmtpSettings("smtp", user="x", sends_per_day=500, sends_per_hour=50)
    assert filled_in(mailbox("gmail", outgoing=said)).outgoing.sends_per_day == 500
    relay = SmtpSettings("smtp", "relay.example.org", "x")
    assert filled_in(mailbox("gmail", outgoing=relay)).outgoing.sends_per_day is None


def test_a_habit_that_is_said_otherwise_is_believed():
    """An administrator can switch a provider's copies off, and a line may cut earlier than the provider."""
    said = ImapSettings("imap", user="x", server_keeps_sent=False, idle_seconds=60)
    filled = filled_in(mailbox("microsoft365", said)).inbox
    assert (filled.server_keeps_sent, filled.idle_seconds) == (False, 60)


def test_microsoft_s_authority_names_the_tenant():
    """The customer's directory stands in the address; the scope differs between a person and the program."""
    person = filled_in(mailbox("microsoft365", oauth=OAuthSettings("id", tenant="contoso"))).oauth
    program = filled_in(mailbox("microsoft365", oauth=OAuthSettings("id", "client_credentials", "contoso"))).oauth
    assert person.authority == "https://login.microsoftonline.com/contoso"
    assert "SMTP.Send" in person.scope
    assert program.scope.endswith("/.default")


def test_without_a_provider_nothing_changes():
    """A server of one's own needs no provider."""
    plain = mailbox("", ImapSettings("imap", "imap.example.org", "x"), SmtpSettings("smtp", "smtp.example.org"))
    assert filled_in(plain) == plain


CONFIG = """
[agency]
name = "A"
address = "relances@agency.example"
operator = "it@agency.example"
[[mailboxes]]
name = "main"
provider = "microsoft365"
[mailboxes.inbox]
backend = "imap"
user = "relances@agency.example"
[mailboxes.outgoing]
backend = "smtp"
user = "relances@agency.example"
[mailboxes.oauth]
client_id = "11111111"
"""


def test_tokens_need_no_password(tmp_path):
    """With a client's id no password is asked for, and the token lies in the state folder."""
    path = tmp_path / "config.toml"
    path.write_text(CONFIG + '\n[paths]\nstate_dir = "state"\n')
    shutil.copytree(DOCS.parent / "examples/creditors", tmp_path / "creditors")
    (settings,) = load(path).mailboxes
    assert settings.inbox.host == "outlook.office365.com"
    assert settings.oauth.token_file == tmp_path / "state/main.token"


def test_all_that_is_missing_is_named(tmp_path):
    """A host, a user, the endpoints and the secret: each problem on a line of its own."""
    path = tmp_path / "config.toml"
    text = CONFIG.replace('provider = "microsoft365"\n', "").replace('user = "relances@agency.example"\n', "")
    path.write_text(text + 'grant = "client_credentials"\n')
    with pytest.raises(ConfigError) as caught:
        load(path)
    keys = {problem.split(": ")[0] for problem in caught.value.problems}
    assert {
        "mailboxes[1].inbox.host",
        "mailboxes[1].inbox.user",
        "mailboxes[1].outgoing.host",
        "mailboxes[1].oauth",
        "mailboxes[1].oauth.scope",
        "mailboxes[1].oauth.password_file",
    } <= keys


def problems_of(tmp_path, text):
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [problem for problem in caught.value.problems if problem.startswith("mailboxes")]


def test_an_unknown_provider_is_answered_with_the_known_ones(tmp_path):
    """Whoever mistypes a name sees which there are."""
    (problem, *_) = problems_of(tmp_path, CONFIG.replace('"microsoft365"', '"gmial"'))
    assert problem.startswith("mailboxes[1].provider: 'gmial' is not known")
    assert all(name in problem for name in PROVIDERS)


def test_a_program_for_itself_must_name_its_directory(tmp_path):
    """Microsoft gives such tokens in one directory only."""
    problems = problems_of(tmp_path, CONFIG + 'grant = "client_credentials"\n')
    assert any(problem.startswith("mailboxes[1].oauth.tenant: ") for problem in problems)


def test_google_s_clients_have_a_secret(tmp_path):
    """Without it every refresh would be refused: better said at once."""
    problems = problems_of(tmp_path, CONFIG.replace('"microsoft365"', '"gmail"'))
    assert [problem.split(": ")[0] for problem in problems] == ["mailboxes[1].oauth.password_file"]


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_has_a_guide(name):
    """What can be named in the configuration is explained in the docs."""
    assert f'provider = "{name}"' in DOCS.read_text(encoding="utf-8")
