"""Completion for bash: a table of the commands, and a function that reads it. It needs no other package."""

from collections.abc import Sequence

from agent.cli.completion_words import Command, Kind, Place

_SCRIPT = r"""# bash completion for relance: eval "$(relance completion bash)"
_relance_table() {
    case $1 in
@TABLE@
    esac
}

# the files of creditors/ beside the configuration that the call names
_relance_creditors() {
    local config=${1:-${RELANCE_CONFIG:-}} file
    if [[ -z $config ]]; then
        if [[ -f config.toml ]]; then config=config.toml; else config=/etc/relance/config.toml; fi
    fi
    [[ $config == */* ]] || config=./$config
    for file in "${config%/*}"/creditors/*.toml; do
        [[ -e $file ]] && file=${file##*/} && printf '%s\n' "${file%.toml}"
    done
}

_relance() {
    local cur=${COMP_WORDS[COMP_CWORD]} command="" options="" values="" config="" kind="" option="" word i
    local -a words=() places=()
    # bash takes = for a word of its own
    for ((i = 1; i < COMP_CWORD; i++)); do [[ ${COMP_WORDS[i]} == = ]] || words+=("${COMP_WORDS[i]}"); done
    [[ $cur == = ]] && cur=""
    for word in "${words[@]}"; do
        if [[ -z $command ]]; then
            [[ $word == -* ]] && continue
            command=$word
            eval "$(_relance_table "$command")"
        elif [[ -n $kind ]]; then
            [[ $option == --config ]] && config=$word
            kind=""
        elif [[ $word == -* ]]; then
            option=$word
            [[ $values == *" $word="* ]] && kind=${values##*" $word="} && kind=${kind%% *}
        elif [[ ${#places[@]} -gt 0 && ${places[0]} != *... ]]; then
            places=("${places[@]:1}")
        fi
    done
    COMPREPLY=()
    if [[ -z $command ]]; then
        mapfile -t COMPREPLY < <(compgen -W "@COMMANDS@ --help --version" -- "$cur")
        return
    fi
    if [[ -z $kind && $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
        return
    fi
    [[ -n $kind ]] || kind=${places[0]:-}
    kind=${kind%...}
    case $kind in
        file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        folder) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        creditor) mapfile -t COMPREPLY < <(compgen -W "$(_relance_creditors "$config")" -- "$cur") ;;
        choice:*) kind=${kind#choice:}; mapfile -t COMPREPLY < <(compgen -W "${kind//,/ }" -- "$cur") ;;
    esac
}

complete -F _relance relance
"""


def script(commands: Sequence[Command]) -> str:
    """What bash sources."""
    table = "\n".join(_row(command) for command in commands)
    return _SCRIPT.replace("@TABLE@", table).replace("@COMMANDS@", " ".join(command.name for command in commands))


def _row(command: Command) -> str:
    values = "".join(f" {option.name}={_kind(option.value)}" for option in command.options if option.value)
    places = " ".join(_kind(place) + ("..." if place.many else "") for place in command.places)
    options = " ".join(option.name for option in command.options)
    return f"""        {command.name}) echo 'options="{options}" values="{values} " places=({places})' ;;"""


def _kind(place: Place) -> str:
    return f"choice:{','.join(place.choices)}" if place.kind is Kind.CHOICE else place.kind.value
