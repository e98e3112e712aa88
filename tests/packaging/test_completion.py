"""Completion in the shells themselves: what stands there after the TAB key."""

import shlex
import shutil
import subprocess
import sys

import pytest

from agent.cli.completion import SHELLS
from agent.cli.completion_words import spoken
from agent.cli.parser import build_parser

COMMANDS = spoken(build_parser())
CALLS = {
    "relance ": {"status", "read", "completion", "store"},
    "relance st": {"status", "store"},
    "relance status --": {"--config", "--json", "--help"},
    "relance status --j": {"--json"},
    "relance read --role ow": {"owner"},
    "relance read --role owner in": {"invoice 2.pdf", "invoice.pdf"},
    "relance read invoice.pdf in": {"invoice 2.pdf", "invoice.pdf"},
    "relance templates ": {"check", "preview"},
    "relance templates --lang f": {"fr"},
    "relance outbox re": {"resend", "release"},
    "relance store ": {"copy"},
    "relance completion z": {"zsh"},
    "relance dossier --out fol": {"folder"},
    "relance fees --config etc/config.toml me": {"menuiserie-dupont"},
    "relance fees --config etc/config.toml --month 2026-10 to": {"toitures-lambert"},
    "relance export --csv --config etc/config.toml --creditor ": {"menuiserie-dupont", "toitures-lambert"},
}


@pytest.fixture
def place(tmp_path):
    """A folder with files and with a configuration of two creditors in another one."""
    for name in ("invoice.pdf", "invoice 2.pdf", "other.pdf", "etc/config.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for name in ("menuiserie-dupont", "toitures-lambert"):
        (tmp_path / "etc/creditors").mkdir(exist_ok=True)
        (tmp_path / f"etc/creditors/{name}.toml").touch()
    (tmp_path / "folder").mkdir()
    for shell, script in SHELLS.items():
        (tmp_path / f"relance.{shell}").write_text(script(COMMANDS), encoding="utf-8")
    return tmp_path


def heard(shell, script, place):
    """What this script prints in that shell, which reads nobody's own settings."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    calm = {"bash": ["--noprofile", "--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(place), "LC_ALL": "C.UTF-8", "TERM": "dumb"}
    command = [shell, *calm, "-c", script]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def of_bash(call):
    words = [*shlex.split(call), *([""] if call.endswith(" ") else [])]
    typed = " ".join(map(shlex.quote, words))
    return f"COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; _relance; printf '%s\\n' \"${{COMPREPLY[@]}}\""


def of_zsh(call):
    """Typed into a terminal, where each proposal is written down as well as drawn."""
    keys = shlex.quote(call + "\t")
    return f"""
        rm -f heard ready; zpty -w -n shell {keys}$'\\a'
        until [[ -e ready ]]; do sleep 0.01; zpty -r -t shell REPLY; done
        cat heard 2>/dev/null"""


def of_fish(call):
    return f"complete -C {shlex.quote(call)}"


ZSH = """
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PS1= PROMPT_EOL_MARK=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -D; source relance.zsh"
    zpty -w shell 'compadd() { [[ " $* " == *" -O "* || " $* " == *" -A "* || " $* " == *" -D "* ]] || {
        local -a found; builtin compadd -O found "$@"; print -rl -- $found >> heard }; builtin compadd "$@" }'
    zpty -w shell 'finish() { : > ready; zle kill-whole-line }; zle -N finish; bindkey "^G" finish; : > begun'
    until [[ -e begun ]]; do sleep 0.01; done
"""
SPEAKING = {
    "bash": ("source relance.bash", of_bash),
    "zsh": (ZSH, of_zsh),
    "fish": ("source relance.fish", of_fish),
}


@pytest.mark.parametrize("shell", SPEAKING)
def test_what_is_proposed(shell, place):
    """Commands, their options, the words that a place takes, files, folders and creditors; and nothing that begins otherwise."""
    begin, of = SPEAKING[shell]
    script = "\n".join([begin, *(f"{of(call)}\necho +++" for call in CALLS)])
    for (call, expected), said in zip(CALLS.items(), heard(shell, script, place).split("+++\n"), strict=False):
        lines = [line.partition("\t")[0].strip() for line in said.splitlines()]
        proposed = {line.rstrip("/").replace("\\ ", " ") for line in lines if line}
        begun = call.rpartition(" ")[2]
        some = call in ("relance ", "relance status --")
        assert proposed >= expected if some else proposed == expected, call
        assert all(word.startswith(begun) for word in proposed), call


def test_every_command_and_option_is_in_each_script():
    """The scripts are written from the parser, so that nothing is missing."""
    for shell, script in SHELLS.items():
        text = script(COMMANDS)
        for command in COMMANDS:
            assert command.name in text
            for option in command.options:
                assert (f"-l {option.name[2:]}" if shell == "fish" else option.name) in text


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_writes_the_script(shell):
    """`relance completion SHELL` on standard output, and nothing else."""
    command = [sys.executable, "-m", "agent", "completion", shell]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == SHELLS[shell](COMMANDS)
    assert done.stderr == ""


def test_bash_reads_an_equals_sign_as_a_blank(place):
    """`--lang=f` is three words to bash."""
    line = (
        'source relance.bash; COMP_WORDS=(relance templates --lang = f); COMP_CWORD=4; _relance; echo "${COMPREPLY[@]}"'
    )
    assert heard("bash", line, place) == "fr\n"
