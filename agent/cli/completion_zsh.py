"""Completion for zsh: each command as zsh's own `_arguments` wants it, with the help beside each word."""

import re
from collections.abc import Sequence

from agent.cli.completion_words import Command, Kind, Option, Place

_SCRIPT = r"""#compdef relance
# zsh completion for relance: source <(relance completion zsh), or as _relance in a folder of fpath

# the files of creditors/ beside the configuration that the call names
_relance_creditors() {
    local config=${opt_args[--config]:-$RELANCE_CONFIG}
    if [[ -z $config ]]; then
        if [[ -f config.toml ]]; then config=config.toml; else config=/etc/relance/config.toml; fi
    fi
    compadd -- ${config:h}/creditors/*.toml(N:t:r)
}

_relance_commands() {
    local -a commands=(
@COMMANDS@
    )
    _describe command commands
}

_relance() {
    local curcontext=$curcontext state line
    local -A opt_args
    _arguments -C '(- *)'{-h,--help}'[show the help]' '(- *)--version[show the version]' \
        '1:command:_relance_commands' '*::argument:->argument' && return
    case $words[1] in
@CASES@
    esac
}

if [[ $funcstack[1] == _relance ]]; then _relance "$@"; else compdef _relance relance; fi
"""
_ACTIONS = {Kind.FILE: "_files", Kind.FOLDER: "_files -/", Kind.CREDITOR: "_relance_creditors", Kind.TEXT: " "}


def script(commands: Sequence[Command]) -> str:
    """What zsh sources, or finds in a folder of fpath."""
    names = "\n".join(f"        {_quoted(f'{command.name}:{_plain(command.help)}')}" for command in commands)
    return _SCRIPT.replace("@COMMANDS@", names).replace("@CASES@", "\n".join(map(_case, commands)))


def _case(command: Command) -> str:
    told = [_option(option) for option in command.options]
    told += [_place(place, "*" if place.many else str(n)) for n, place in enumerate(command.places, 1)]
    return f"        {command.name}) _arguments -s {' '.join(map(_quoted, told))} ;;"


def _option(option: Option) -> str:
    value = "" if option.value is None else f":{_plain(option.value.name)}:{_action(option.value)}"
    return f"*{option.name}[{_plain(option.help)}]{value}"


def _place(place: Place, number: str) -> str:
    optional = "" if place.required or place.many else ":"
    return f"{number}:{optional}{_plain(place.name)}:{_action(place)}"


def _action(place: Place) -> str:
    return f"({' '.join(place.choices)})" if place.kind is Kind.CHOICE else _ACTIONS[place.kind]


def _plain(text: str) -> str:
    """The text without the signs that mean something to `_arguments`."""
    return re.sub(r"([\[\]:\\])", r"\\\1", text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
