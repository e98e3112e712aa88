"""Completion for fish: a line for each word that can be typed."""

from collections.abc import Iterator, Sequence

from agent.cli.completion_words import Command, Kind, Place

_BEGIN = r"""# fish completion for relance: relance completion fish | source
# the command that is being typed is this one, and none of the further words stands there yet
function __relance_at
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test $words[2] = $argv[1]; or return 1
    for word in $argv[2..]
        contains -- $word $words; and return 1
    end
    return 0
end

# the files of creditors/ beside the configuration that the call names
function __relance_creditors
    set -l words (commandline -opc)
    set -l config /etc/relance/config.toml
    test -f config.toml; and set config config.toml
    set -q RELANCE_CONFIG; and set config $RELANCE_CONFIG
    set -l at (contains -i -- --config $words); and set config $words[(math $at + 1)]
    for file in (dirname $config)/creditors/*.toml
        basename $file .toml
    end
end

complete -c relance -f
complete -c relance -n __fish_use_subcommand -s h -l help -d 'show the help'
complete -c relance -n __fish_use_subcommand -l version -d 'show the version'
"""


def script(commands: Sequence[Command]) -> str:
    """What fish sources."""
    lines = [line for command in commands for line in _lines(command)]
    return _BEGIN + "\n".join(lines) + "\n"


def _lines(command: Command) -> Iterator[str]:
    yield f"complete -c relance -n __fish_use_subcommand -a {command.name} -d {_quoted(command.help)}"
    begin = f"complete -c relance -n '__relance_at {command.name}'"
    for option in command.options:
        value = "" if option.value is None else f" {_value(option.value, 'x')}"
        yield f"{begin} -l {option.name.removeprefix('--')}{value} -d {_quoted(option.help)}"
    for place in command.places:
        if place.kind is Kind.CHOICE:
            # offered until one of them was typed
            yield f"complete -c relance -n '__relance_at {command.name} {' '.join(place.choices)}' {_value(place)}"
        elif place.kind is not Kind.TEXT:
            yield f"{begin} {_value(place)}"


def _value(place: Place, exclusive: str = "") -> str:
    match place.kind:
        case Kind.FILE:
            return "-r -F" if exclusive else "-F"
        case Kind.FOLDER:
            offered = "(__fish_complete_directories)"
        case Kind.CREDITOR:
            offered = "(__relance_creditors)"
        case Kind.CHOICE:
            offered = " ".join(place.choices)
        case Kind.TEXT:
            return "-x"
    return f"-{exclusive}a {_quoted(offered)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
