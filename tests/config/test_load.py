"""Loading a configuration: good ones become values, bad ones are refused with every problem at once."""

from decimal import Decimal
from pathlib import Path

import pytest

from agent.config import ImapSettings, MaildirSettings, Security, load
from agent.demo.cast import write_configuration
from agent.domain.dunning_plan import DunningPlan
from agent.domain.legal import Operator
from agent.domain.parties import Notices, Role
from agent.errors import ConfigError

MAILDIRS = """
[agency]
name = "Agency"
address = "Relance@Agency.example"
operator = "ops@agency.example"
[paths]
state_dir = "state"
[[mailboxes]]
name = "main"
[mailboxes.inbox]
backend = "maildir"
path = "mail"
[mailboxes.outgoing]
backend = "maildir"
path = "mail"
"""
IMAP = """
[agency]
name = "Agency"
address = "relance@agency.example"
operator = "ops@agency.example"
[[mailboxes]]
name = "main"
[mailboxes.inbox]
backend = "imap"
host = "imap.agency.example"
user = "relance"
password_file = "secret"
[mailboxes.outgoing]
backend = "smtp"
host = "smtp.agency.example"
user = "relance"
password_file = "secret"
"""
CREDITOR = 'name = "Bois SRL"\nowners = ["Anne Bois <Anne@bois.example>"]\n'


def configuration(folder: Path, text: str = MAILDIRS, creditors: dict[str, str] | None = None) -> Path:
    """A config.toml with these creditors' files beside it."""
    (folder / "creditors").mkdir(exist_ok=True)
    for name, content in ({"bois": CREDITOR} if creditors is None else creditors).items():
        (folder / "creditors" / f"{name}.toml").write_text(content, encoding="utf-8")
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> tuple[str, ...]:
    """What is wrong with the configuration."""
    with pytest.raises(ConfigError) as error:
        load(path)
    return error.value.problems


def test_a_small_configuration_takes_its_defaults(tmp_path):
    """Two mailbox folders and one creditor are enough; all else has a default."""
    settings = load(configuration(tmp_path))
    assert settings.agency.address == "relance@agency.example"
    assert settings.agency.domain == "agency.example"
    assert settings.agency.sender_name == "Agency"
    assert settings.legal.operator is Operator.CREDITOR
    assert settings.plan == DunningPlan()
    assert settings.state_dir == tmp_path / "state"
    assert settings.mailboxes[0].inbox == MaildirSettings("maildir", tmp_path / "mail")
    assert settings.legal_terms["BE"] == 30


def test_a_creditor_is_read_with_his_people_numbers_and_plan(tmp_path):
    """Addresses come in lower case with their names, numbers and IBANs compact, and the plan as what differs."""
    text = (
        'name = "Bois SRL"\nowners = ["Anne Bois <Anne@bois.example>"]\nstaff = ["compta@bois.example"]\n'
        'numbers = ["BE 0999.000.030", "0999.000.129"]\nibans = ["BE68 5390 0754 7034"]\nnotices = "daily"\n'
        '[plan]\nstatements = 2\ntolerance = "5.00"\n'
    )
    settings = load(configuration(tmp_path, creditors={"bois": text}))
    creditor = settings.creditor("bois")
    assert creditor is not None
    assert [(p.address, p.role, p.name) for p in creditor.people] == [
        ("anne@bois.example", Role.OWNER, "Anne Bois"),
        ("compta@bois.example", Role.STAFF, ""),
    ]
    assert creditor.enterprise_numbers == ("BE0999000030", "BE0999000129")
    assert creditor.ibans == ("BE68539007547034",)
    assert creditor.notices is Notices.DAILY
    plan = settings.plan.changed(creditor.plan)
    assert (plan.statements, plan.tolerance, plan.spacing_days) == (2, Decimal("5.00"), 15)


def test_a_creditor_who_names_no_time_zone_has_the_agencys(tmp_path):
    """The nearer one wins."""
    text = MAILDIRS.replace("[paths]", 'timezone = "Europe/Paris"\n[paths]')
    near = CREDITOR.replace("anne", "luc").replace("Anne", "Luc") + 'timezone = "Europe/Berlin"\n'
    found = load(configuration(tmp_path, text, {"bois": CREDITOR, "fer": near})).creditors
    assert [c.timezone for c in found] == ["Europe/Paris", "Europe/Berlin"]


def test_all_problems_of_all_files_are_told_at_once(tmp_path):
    """Each line begins with its key, and with its file when that is not config.toml; the nearest known name is offered."""
    text = MAILDIRS.replace('operator = "ops@agency.example"', 'operator = "ops"').replace(
        "[paths]", "[plan]\nstatments = 2\nspacing_days = 0\n[limits]\nstatements = 2\n[paths]"
    )
    creditor = CREDITOR + 'ibans = ["BE68 5390 0754 7035"]\nnumbers = ["BE 0999.000.031"]\ncolour = "red"\n'
    found = problems(configuration(tmp_path, text, {"bois": creditor, "Été": CREDITOR}))
    assert "agency.operator: 'ops' is not a mail address" in found
    assert "plan.statments: unknown key; did you mean statements?" in found
    assert "plan.spacing_days: should be greater than or equal to 1 (is 0)" in found
    assert "limits.statements: unknown key; did you mean plan.statements?" in found
    assert any(p.startswith("creditors/bois.toml: ibans[1]: ") for p in found)
    assert any(p.startswith("creditors/bois.toml: colour: unknown key") for p in found)
    assert any(p.startswith("creditors/Été.toml: its name is the creditor's id") for p in found)


def test_a_number_with_a_wrong_check_digit_is_refused(tmp_path):
    """An enterprise number that fails its control sum would never recognise an invoice."""
    text = CREDITOR + 'numbers = ["BE 0999.000.031"]\n'
    assert problems(configuration(tmp_path, creditors={"bois": text})) == (
        "creditors/bois.toml: numbers: 'BE 0999.000.031' is not a valid VAT or enterprise number",
    )


def test_two_creditors_share_an_address_only_when_both_say_so(tmp_path):
    """An accountant may serve two creditors as staff; an owner's address is his own company's alone."""
    one, two = CREDITOR, 'name = "Fer SA"\nowners = ["luc@fer.example"]\n'
    staff = 'staff = ["fisc@bureau.example"]\n'
    shared = 'shared = ["fisc@bureau.example"]\n'
    (found,) = problems(configuration(tmp_path, creditors={"bois": one + staff, "fer": two + staff}))
    assert found.startswith(
        "creditors/bois.toml and creditors/fer.toml: the address fisc@bureau.example stands in both"
    )
    creditors = {"bois": one + staff + shared, "fer": two + staff + shared}
    assert len(load(configuration(tmp_path, creditors=creditors)).creditors) == 2
    (found,) = problems(
        configuration(tmp_path, creditors={"bois": one + 'shared = ["anne@bois.example"]\n', "fer": two})
    )
    assert "an owner's address is never shared" in found


def test_one_number_or_domain_belongs_to_one_creditor(tmp_path):
    """Else an invoice would be two creditors' at once."""
    more = 'numbers = ["BE 0999.000.030"]\ndomains = ["bois.example"]\n'
    two = 'name = "Fer SA"\nowners = ["luc@fer.example"]\n'
    found = problems(configuration(tmp_path, creditors={"bois": CREDITOR + more, "fer": two + more}))
    assert len(found) == 2


def test_our_own_address_is_nobody_elses(tmp_path):
    """A creditor with Relance's own address would have it answer itself."""
    text = 'name = "Bois SRL"\nowners = ["relance@agency.example"]\n'
    (found,) = problems(configuration(tmp_path, creditors={"bois": text}))
    assert "Relance's own address" in found


def test_a_password_stands_in_a_file_of_its_own_that_others_cannot_read(tmp_path):
    """Inline passwords, missing files and files that others may read are refused."""
    path = configuration(tmp_path, IMAP)
    assert all("is not a file" in p for p in problems(path))
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o640)
    assert all("can be read by others (mode 0640)" in p for p in problems(path))
    secret.chmod(0o600)
    settings = load(path)
    inbox = settings.mailboxes[0].inbox
    assert isinstance(inbox, ImapSettings)
    assert inbox.security is Security.TLS
    assert "s3cret" not in repr(settings)
    inline = problems(configuration(tmp_path, IMAP.replace("password_file =", "password =")))
    assert any("a password never stands in this file" in p for p in inline)


def test_an_unprotected_connection_is_for_this_machine_only(tmp_path):
    """security = none is refused for any other host."""
    (tmp_path / "secret").touch(mode=0o600)
    (tmp_path / "secret").write_text("x")
    text = IMAP.replace('host = "imap.agency.example"', 'host = "imap.agency.example"\nsecurity = "none"')
    assert problems(configuration(tmp_path, text)) == (
        "mailboxes[1].inbox.security: none is allowed to this machine only; use tls or starttls",
    )
    load(configuration(tmp_path, text.replace("imap.agency.example", "localhost")))


def test_the_plan_must_agree_with_itself_also_when_a_creditor_changes_a_part(tmp_path):
    """A creditor's shorter spacing under the agency's minimum interval is told with his file."""
    text = CREDITOR + "[plan]\nspacing_days = 5\nwindow_start = 18\n"
    found = problems(configuration(tmp_path, creditors={"bois": text}))
    assert len(found) == 2
    assert all(p.startswith("creditors/bois.toml: plan.") for p in found)


def test_a_folder_without_creditors_and_a_missing_file_are_told(tmp_path):
    """A wrong path is a problem like any other."""
    assert problems(tmp_path / "nothing.toml") == ("nothing.toml: cannot be read: No such file or directory",)
    text = MAILDIRS.replace("[paths]", '[paths]\ncreditors = "elsewhere"')
    assert any("is not a folder" in p for p in problems(configuration(tmp_path, text)))
    assert any("not valid TOML" in p for p in problems(configuration(tmp_path, "[agency\n")))


def test_the_contact_book_is_read_from_toml_and_from_a_spreadsheets_csv(tmp_path):
    """Both give the same entry; the CSV may use semicolons and start with a byte order mark."""
    path = configuration(tmp_path)
    (tmp_path / "contacts.csv").write_text(
        "\ufeffcreditor;name;number;addresses;language;consumer\n"
        "bois;Batiplus SA;BE 0999.000.129;Compta@batiplus.example b@batiplus.example;nl;nee\n",
        encoding="utf-8",
    )
    from_csv = load(path).contacts
    (tmp_path / "contacts.toml").write_text(
        '[[contact]]\ncreditor = "bois"\nname = "Batiplus SA"\nnumber = "0999.000.129"\nlanguage = "nl"\n'
        'addresses = ["compta@batiplus.example", "b@batiplus.example"]\nconsumer = false\n',
        encoding="utf-8",
    )
    assert load(path).contacts == from_csv
    assert from_csv[0].number == "BE0999000129"
    assert from_csv[0].consumer is False


def test_a_contact_that_is_the_creditor_himself_or_of_nobody_is_refused(tmp_path):
    """The creditor's own address must never be written to as a debtor's."""
    path = configuration(tmp_path, creditors={"bois": CREDITOR + 'domains = ["bois.example"]\n'})
    (tmp_path / "contacts.csv").write_text(
        "creditor,name,addresses\nbois,X,anne@bois.example\nbois,Y,z@bois.example\nfer,Z,a@z.example\n",
        encoding="utf-8",
    )
    found = problems(path)
    assert [p.split(": ")[1] for p in found] == ["line 2", "line 3", "line 4"]


@pytest.mark.parametrize("mode", ["confirm", "advise"])
def test_a_forewarning_beside_a_mode_that_asks_is_named(tmp_path, mode):
    """It would say nothing: nothing leaves by itself there."""
    settings = write_configuration(tmp_path)
    path = tmp_path / "creditors" / "atelier-bruno.toml"
    path.write_text(
        f'mode = "{mode}"\nforewarning = true\ncopy_to = ["chloe@atelier-bruno.example"]\n' + path.read_text()
    )
    with pytest.raises(ConfigError) as found:
        load(settings.path)
    assert any(f'forewarning: says nothing beside mode = "{mode}"' in problem for problem in found.value.problems)
    assert any(
        "copy_to: chloe@atelier-bruno.example is one of his people" in problem for problem in found.value.problems
    )
