"""Which commands there are, and who carries each one out."""

import sys
from collections.abc import Callable
from pathlib import Path

import oxloop
from oxloop.cli.forward import forward, forward_to_checks
from oxloop.errors import ConfigurationError
from oxloop.rules.usage import CommandParser

_FORWARDED = {
    "serve": "answer both APIs on this machine until told to stop",
    "key": "print the key of the local service; list, add and revoke others",
    "doctor": "examine the machine, the data folder, the service and the models",
    "export": "write the whole state of the local service as files, without keys",
    "import": "make a data folder of what export wrote",
    "models": "list, add, test and remove the models that the local service can run",
}
_OWN = {
    "contract": "check any server of the two APIs against their specs",
    "demo": "run a real evaluation of a small real model, without an account",
    "stop": "stop the local service",
}
_IN_ORDER = ("demo", "serve", "stop", "key", "models", "doctor", "export", "import", "contract")


def run(arguments: list[str]) -> int:
    """Carry out a command line.

    Args:
        arguments: The command line without the program's name.

    Returns:
        The exit code.
    """
    match arguments:
        case []:
            _parser().print_help()
            return 0
        case [name, *rest] if name in _FORWARDED:
            return _reporting(lambda: forward([name, *rest]), failure=2)
        case ["contract", *rest]:
            return _reporting(lambda: forward_to_checks(rest), failure=2)
        case ["demo", *rest]:
            from oxloop import demo

            return demo.main(rest)
        case ["stop", *rest]:
            return _reporting(lambda: _stop(rest), failure=1)
        case [name, *_] if not name.startswith("-"):
            return _parser().error(f"there is no command '{name}'")
        case _:
            # An option of its own, or a mistake: either ends here.
            _parser().parse_args(arguments)
            return 0


def _parser() -> CommandParser:
    parser = CommandParser(
        prog="oxloop",
        description="Create, run, watch and read evaluations of language models.",
        epilog="'oxloop COMMAND --help' tells more about a command.",
    )
    parser.add_argument("--version", action="version", version=f"oxloop {oxloop.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in _IN_ORDER:
        commands.add_parser(name, help=(_FORWARDED | _OWN)[name], add_help=False)
    return parser


def _stop(arguments: list[str]) -> int:
    parser = CommandParser(
        prog="oxloop stop",
        description="Stop the local service of a data folder, whoever uses it, and wait until it "
        "has ended. What it was running goes on at its next start.",
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="data folder (the platform's by default)"
    )
    options = parser.parse_args(arguments)
    from oxloop import local

    if local.stop(options.data):
        print("The local service has stopped.")
    else:
        print("The local service is not running.")
    return 0


def _reporting(work: Callable[[], int], failure: int) -> int:
    try:
        return work()
    except ConfigurationError as error:
        print(f"oxloop: {error}", file=sys.stderr)
        return failure
