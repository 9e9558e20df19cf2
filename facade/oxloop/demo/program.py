"""The demo as a command: it says each step before it takes it, and leaves things as it says."""

import json
import os
import shlex
import shutil
import sys
from pathlib import Path

from attrs import frozen

from oxloop.demo import comparison, evaluation, humanloop, model
from oxloop.demo.hints import Place, next_steps, service_state
from oxloop.demo.humanloop import Judged
from oxloop.demo.material import reviews
from oxloop.demo.report import Look, Outcome, render, to_json
from oxloop.errors import OxloopError
from oxloop.humanloop.client import Humanloop
from oxloop.local.service import is_served
from oxloop.oxen.client import Oxen
from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder, default_data_dir
from oxloop.rules.usage import CommandParser

BAR = 0.75
"""The balanced accuracy below which the demo fails: then the model's set-up must be broken."""


@frozen
class Options:
    """What the user asked for. ``data_dir`` and the files are None where nothing was said."""

    data_dir: Path | None
    report: Path | None
    file: Path | None
    keep: bool

    @property
    def folder(self) -> Path:
        """The data folder that is used."""
        return default_data_dir() if self.data_dir is None else self.data_dir


def main(argv: list[str] | None = None) -> int:
    """Run the demo as a command; see ``oxloop.demo.main``."""
    options = _parse(argv)
    problem = _problem(options)
    if problem is not None:
        return _fail(problem, 2)
    place = _place(options)
    try:
        outcome, judged = _evaluate(options)
        if options.report is not None:
            write_report(options.report, outcome, judged)
    except KeyboardInterrupt:
        return _fail(
            f"interrupted. {service_state(is_served(DataFolder(options.folder)), place)} "
            "An evaluation that had begun goes on when the service next starts.",
            130,
        )
    except BrokenPipeError:
        raise  # nobody reads any more; the command knows what that means
    except (model.DemoError, OxloopError, RuleError, OSError) as error:
        return _fail(str(error), 1)
    _tell(outcome, judged, options, place)
    return _verdict(outcome, judged)


def write_report(path: Path, outcome: Outcome, judged: Judged) -> None:
    """Write both outcomes as JSON: the whole file or none.

    Raises:
        OSError: The file cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        content = {**to_json(outcome), "humanloop": comparison.to_json(outcome, judged)}
        text = json.dumps(content, indent=2, ensure_ascii=False)
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _parse(argv: list[str] | None) -> Options:
    parser = CommandParser(
        prog="oxloop demo",
        description="Run a real evaluation of a small real model on this machine, without an "
        "account: it labels 72 short reviews, and the answers are compared with the truth.",
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="the service's data folder (else the platform's)"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the result as JSON")
    parser.add_argument("--keep", action="store_true", help="leave the local service running")
    parser.add_argument(
        "--file", type=Path, metavar="PATH", help="the model's GGUF file, instead of a download"
    )
    found = parser.parse_args(argv)
    return Options(
        data_dir=None if found.data is None else found.data.absolute(),
        report=found.report,
        file=found.file,
        keep=found.keep,
    )


def _problem(options: Options) -> str | None:
    """Return what is wrong before anything is started, as a sentence, or None."""
    if not model.is_installed():
        return (
            "the local service or the engine of its small model is not installed. "
            'Install both with: pip install "oxloop[local]"'
        )
    if options.file is not None and not options.file.is_file():
        return f"--file: there is no file {options.file}"
    if options.report is not None and not options.report.absolute().parent.is_dir():
        return f"--report: there is no folder {options.report.absolute().parent}"
    if options.report is not None and options.report.is_dir():
        return f"--report: {options.report} is a folder; name a file"
    return None


def _evaluate(options: Options) -> tuple[Outcome, Judged]:
    """Take all steps that touch the service; the service is left as asked, whatever happens."""
    _say(f"A small language model labels {len(reviews())} short reviews, here, over two APIs.")
    _say(f"Everything is kept in {options.folder}")
    model.ensure(options.folder, options.file)
    _say("Starting the local service, or joining the one that runs ...")
    with Oxen.local(data_dir=options.data_dir, stop_on_exit=not options.keep) as oxen:
        _say(f"Uploading the reviews to {evaluation.REPOSITORY} ...")
        evaluation.upload(oxen)
        outcome = evaluation.evaluate(oxen, _say)
        _say("The same reviews over the second API, Humanloop v4 ...")
        with Humanloop.local(data_dir=options.data_dir, stop_on_exit=not options.keep) as second:
            return outcome, humanloop.evaluate(second, _say)


def _tell(outcome: Outcome, judged: Judged, options: Options, place: Place) -> None:
    look = Look(
        width=min(max(shutil.get_terminal_size((100, 24)).columns, 60), 120),
        colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"),
    )
    _say("")
    _say(render(outcome, look))
    _say("")
    _say(comparison.render(outcome, judged, look))
    _say("")
    _say(next_steps(outcome, judged, place, options.report, look))
    _say("")
    _say(service_state(is_served(DataFolder(options.folder)), place))


def _verdict(outcome: Outcome, judged: Judged) -> int:
    reached = min(outcome.score.balanced_accuracy, judged.score.balanced_accuracy)
    if reached >= BAR:
        return 0
    return _fail(
        f"balanced accuracy {reached:.3f} is below {BAR}: this model does better when it is set "
        "up as it should be, so look at its registration and at the service's log.",
        1,
    )


def _place(options: Options) -> Place:
    python = Path(sys.executable)
    command = python.with_name("oxloop.exe" if sys.platform == "win32" else "oxloop")
    if shutil.which("oxloop") == str(command):
        shown = "oxloop"
    elif command.is_file():
        shown = _shown(command)
    else:
        shown = f"{_shown(python)} -m oxloop.cli"
    return Place(command=shown, python=_shown(python), data_dir=options.data_dir)


def _shown(path: Path) -> str:
    """Return the path as one would type it in the current folder."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _say(line: str) -> None:
    print(line, flush=True)


def _fail(sentence: str, code: int) -> int:
    print(f"oxloop demo: {sentence}", file=sys.stderr, flush=True)
    return code
