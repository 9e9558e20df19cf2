"""`python -m oxloop_server`: every `oxloop` command that works on a data folder."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder, default_data_dir
from oxloop.rules.usage import CommandParser

from oxloop_server import folder
from oxloop_server.commands import keys
from oxloop_server.doctor import command as doctor
from oxloop_server.problems import StartError

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8600
KEY_VARIABLE = "OXLOOP_API_KEY"

_PIPE_CLOSED = 128 + 13
_INTERRUPTED = 128 + 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The command line without the program's name; that of the process by default.

    Returns:
        The exit status.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        try:
            return _run(given)
        finally:
            sys.stdout.flush()
    except (StartError, RuleError) as error:
        print(f"oxloop: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Python flushes once more at its end; that must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED


def _run(given: list[str]) -> int:
    if given[:1] == ["models"]:
        from oxloop_server.models import commands

        return commands.main(given[1:])
    options = _parser().parse_args(given)
    data = options.data or default_data_dir()
    match options.command:
        case "key":
            keys.run(options, folder.prepare(data))
        case "doctor":
            return doctor.run(options, DataFolder(data.absolute()))
        case "export":
            from oxloop_server.commands import exporting

            os.umask(0o077)
            exporting.run(options.folder, DataFolder(data.absolute()))
        case "import":
            from oxloop_server.commands import importing

            os.umask(0o077)
            importing.run(options.folder, folder.prepare(data))
        case _:
            _serve(options, data)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(prog="oxloop", description="The local service of oxloop.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser(
        "serve",
        help="answer both APIs until told to stop",
        description="Answer both APIs on this machine, and run the evaluations, until told to stop "
        "by Ctrl-C or 'oxloop stop'. What is unfinished then goes on at the next start.",
    )
    serve.add_argument("--host", default=DEFAULT_HOST, help="address to listen on (%(default)s)")
    serve.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        help="port to listen on (%(default)s); 0 takes any free one",
    )
    serve.add_argument(
        "--api-key",
        default=os.environ.get(KEY_VARIABLE) or None,
        metavar="KEY",
        help=f"a key of your choice beside the folder's own; better given as {KEY_VARIABLE}, "
        "for other users can read a command line",
    )
    serve.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set a limit for this start, such as upload=20GiB ('oxloop doctor' lists them); "
        "may be given again",
    )
    serve.add_argument(
        "--log-format",
        choices=("text", "json"),
        default="text",
        help="how the log is written, one line a record (%(default)s)",
    )
    serve.add_argument(
        "--durable",
        choices=("normal", "full"),
        default="normal",
        help="full: an answer waits until the disk has it, so that even a power cut loses nothing",
    )
    serve.add_argument(
        "--evaluators",
        choices=("sandbox", "process"),
        default="sandbox",
        help="where Python evaluators run: in a sandbox that reaches nothing, or in processes with "
        "all of Python, which read what this user may read (%(default)s)",
    )
    serve.add_argument(
        "--deterministic",
        metavar="SEED",
        help="for tests, on a fresh folder: ids, times and order follow from SEED and the requests",
    )
    key = commands.add_parser(
        "key",
        help="print the key of a data folder; list, add and revoke others",
        description="Without an action: print the folder's own key, which opens everything.",
    )
    keys.configure(key)
    examination = commands.add_parser(
        "doctor",
        help="examine the machine, the data folder, the service and the models",
        description="Examine the machine, the data folder, the service and the models, and say "
        "what to do about what is not well.",
    )
    doctor.configure(examination)
    export = commands.add_parser(
        "export",
        help="write the whole state as files, without keys",
        description="Write the whole state of a data folder, of one moment, as files that other "
        "tools read. The service may run meanwhile. No key is in them.",
    )
    export.add_argument("folder", type=Path, metavar="DIR", help="the folder to write; a new one")
    taking = commands.add_parser(
        "import",
        help="make a data folder of what export wrote",
        description="Make a data folder of what export wrote: the one that --data names, in which "
        "no database may be yet.",
    )
    taking.add_argument("folder", type=Path, metavar="DIR", help="what export wrote")
    commands.add_parser("models", help="list, add, test and remove models", add_help=False)
    for command in (serve, key, examination, export, taking):
        command.add_argument(
            "--data", type=Path, metavar="DIR", help="data folder (the platform's by default)"
        )
    return parser


def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no port: give a number from 0 to 65535")


def _serve(options: argparse.Namespace, data: Path) -> None:
    from oxloop_server import serve

    serve.run(
        serve.Options(
            host=options.host,
            port=options.port,
            data=data,
            api_key=options.api_key,
            limits=options.limit,
            log_format=options.log_format,
            durable=options.durable == "full",
            in_processes=options.evaluators == "process",
            seed=options.deterministic,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
