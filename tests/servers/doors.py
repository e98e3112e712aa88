"""How the doors of a mailbox over these servers are written in a configuration; last is the table of what goes out."""

DOORS = """\
[mailboxes.inbox]
backend = "imap"
host = "localhost"
port = {imaps}
user = "{address}"
password_file = "secrets/imap"
ca_file = "{cert}"
[mailboxes.outgoing]
backend = "smtp"
host = "localhost"
port = {smtp}
user = "{user}"
password_file = "secrets/smtp"
ca_file = "{cert}"
"""
