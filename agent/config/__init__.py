"""What the operator decides: `load` reads it all and refuses with every problem at once."""

from agent.config.load import load, settings_of
from agent.config.secrets import password
from agent.config.settings import (
    ExchangeSettings,
    ImapSettings,
    Limits,
    MailboxSettings,
    MaildirSettings,
    OAuthSettings,
    Reporting,
    Security,
    Settings,
    SmtpSettings,
    Trust,
)

__all__ = [
    "ExchangeSettings",
    "ImapSettings",
    "Limits",
    "MailboxSettings",
    "MaildirSettings",
    "OAuthSettings",
    "Reporting",
    "Security",
    "Settings",
    "SmtpSettings",
    "Trust",
    "load",
    "password",
    "settings_of",
]
