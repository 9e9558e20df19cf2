"""Python evaluators: which function of a source judges, and what is wrong with a source."""

import ast
import asyncio
import io
import tokenize
from collections.abc import Generator
from functools import lru_cache

from attrs import frozen

from oxloop_server.evaluators.arguments import Arguments, sample
from oxloop_server.evaluators.process import Processes
from oxloop_server.evaluators.sandbox import Limits, Program, Row, Sandbox, SourceFailed
from oxloop_server.evaluators.verdicts import ArgumentsType, ReturnType, Verdict
from oxloop_server.problems import Refused

LONGEST = 1 << 18
"""Most characters of an evaluator's code."""

MODULES = 30
"""Most modules of a source that it is tried whether the sandbox has them."""

NO_ENTRY = "The code defines no function at its top level, so there is nothing to call."

# Characters of a line on either side of a mistake.
_CONTEXT = 80
_UNSUPPORTED = "NotImplementedError: The monty syntax parser does not yet support "
_HASATTR = (
    "In the sandbox, hasattr() answers False for the methods of built-in types such as str and "
    "list. Test the type with isinstance() instead."
)


def inspect(
    source: str,
    arguments_type: ArgumentsType | None = None,
    return_type: ReturnType | None = None,
    limits: Limits | None = None,
) -> list[str]:
    """Look a source over when it is uploaded. This blocks for as long as a trial takes.

    Args:
        source: The evaluator's code.
        arguments_type: What its function is called with; without it there is no trial.
        return_type: What its function promises to return; without it there is no trial.
        limits: What the trial may use.

    Returns:
        Warnings: what the sandbox lacks, and what came of a trial on a made-up sample.

    Raises:
        Refused: If it has a syntax error, naming line and column, with a caret below the place;
            if it is longer than any evaluator; or if the sandbox is not installed.
    """
    _check_text(source)
    sandbox = Sandbox(limits)
    try:
        failed = _load(sandbox, source)
        if failed is not None and failed.kind == "syntax":
            raise Refused("invalid_params", _syntax_error(failed), "code")
        warnings = [*_missing_modules(sandbox, source), *_features(source)]
        if failed is not None:
            warnings.append(f"The sandbox cannot run the code: {_reason(failed)}")
        elif (entry := entry_of(source)) is None:
            warnings.append(NO_ENTRY)
        elif arguments_type and return_type:
            program = Program(source, entry, return_type)
            warnings += _trial(sandbox, program, arguments_type)
    finally:
        sandbox.shutdown()
    # A module that is missing at the top level is the reason why the code does not load.
    return list(dict.fromkeys(warnings))


async def try_out(
    tenant_id: str,
    processes: Processes,
    source: str,
    arguments_type: ArgumentsType,
    return_type: ReturnType,
) -> list[str]:
    """Look a source over where evaluators run in processes of their own.

    Args:
        tenant_id: Whose it is.
        processes: Runs it.
        source: The evaluator's code.
        arguments_type: What its function is called with.
        return_type: What its function promises to return.

    Returns:
        Warnings: what came of a trial on a made-up sample.

    Raises:
        Refused: As ``inspect`` does.
    """
    _check_text(source)
    entry = await asyncio.to_thread(entry_of, source)
    program = Program(source, entry or "", return_type)
    try:
        await processes.load(tenant_id, program)
    except SourceFailed as failed:
        if failed.kind == "syntax":
            raise Refused("invalid_params", _syntax_error(failed), "code") from None
        return [f"The code cannot be run: {_reason(failed)}"]
    if entry is None:
        return [NO_ENTRY]
    rows = [row(sample(await asyncio.to_thread(_names, source)), arguments_type)]
    return _failed_trial((await processes.judge(tenant_id, program, rows))[0])


def row(arguments: Arguments, arguments_type: ArgumentsType) -> Row:
    """The arguments of one call, in order."""
    if arguments_type == "target_free":
        return (arguments.log,)
    return (arguments.log, arguments.testcase)


@lru_cache(maxsize=64)
def entry_of(source: str) -> str | None:
    """The name of the function that judges: the last one at the source's top level."""
    entry = None
    for line in _lines(source):
        words = line.words[1:] if line.words[0] == "async" else line.words
        if not line.indented and words[0] == "def" and len(words) > 1:
            entry = words[1]
    return entry


@frozen
class _Line:
    """A logical line of a source.

    Args:
        indented: Whether it is inside another statement.
        words: Its tokens.
        texts: Its text literals.
    """

    indented: bool
    words: list[str]
    texts: list[str]


def _lines(source: str) -> Generator[_Line]:
    # Tokens and no syntax tree: the compiler of this process meets no foreign source.
    depth = 0
    words: list[str] = []
    texts: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.INDENT:
                depth += 1
            elif token.type == tokenize.DEDENT:
                depth -= 1
            elif token.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING):
                words.append(token.string)
                texts += _literal(token)
            elif token.type == tokenize.NEWLINE and words:
                yield _Line(depth > 0, words, texts)
                words, texts = [], []
    except (tokenize.TokenError, SyntaxError):
        # The sandbox reads newer Python than this process may; what was read so far counts.
        return


def _literal(token: tokenize.TokenInfo) -> list[str]:
    if token.type != tokenize.STRING or not token.string.startswith(('"', "'")):
        return []
    value: object = ast.literal_eval(token.string)
    return [value] if isinstance(value, str) and len(value) <= 100 else []


def check_length(code: str) -> None:
    """Refuse code that is longer than any evaluator.

    Raises:
        Refused: If it is.
    """
    if len(code) > LONGEST:
        raise Refused("invalid_params", f"The code is longer than {LONGEST:,} characters.", "code")


def _check_text(source: str) -> None:
    check_length(source)
    if not _encodable(source):
        raise Refused("invalid_params", "The code holds half of a surrogate pair.", "code")


def _encodable(source: str) -> bool:
    try:
        source.encode()
    except UnicodeEncodeError:
        return False
    return True


def _load(sandbox: Sandbox, source: str) -> SourceFailed | None:
    try:
        sandbox.load(source)
    except SourceFailed as failed:
        return failed
    return None


def _missing_modules(sandbox: Sandbox, source: str) -> list[str]:
    return [
        f'The sandbox has no module "{module}".'
        for module in _modules(source)[:MODULES]
        if _load(sandbox, f"import {module}")
    ]


def _modules(source: str) -> list[str]:
    found: list[str] = []
    for line in _lines(source):
        if line.words[0] == "from" and "import" in line.words:
            found.append("".join(line.words[1 : line.words.index("import")]))
        elif line.words[0] == "import":
            found += [name.split(" as ")[0] for name in " ".join(line.words[1:]).split(",")]
    names = [name.replace(" ", "") for name in found]
    return list(dict.fromkeys(name for name in names if not name.startswith(".")))


def _features(source: str) -> list[str]:
    return [_HASATTR] if any("hasattr" in line.words for line in _lines(source)) else []


def _trial(sandbox: Sandbox, program: Program, arguments_type: ArgumentsType) -> list[str]:
    asked = row(sample(_names(program.source)), arguments_type)
    return _failed_trial(sandbox.judge_one(program, asked))


def _names(source: str) -> list[str]:
    # What the code mentions is in the sample, for most are keys that it looks up.
    return [text for line in _lines(source) for text in line.texts]


def _failed_trial(verdict: Verdict) -> list[str]:
    if verdict.error is None:
        return []
    return [f"Called with a made-up sample, it failed: {verdict.error}"]


def _syntax_error(failed: SourceFailed) -> str:
    if failed.line is None or failed.column is None:
        return f"The code has a syntax error: {failed.message}"
    # Of a long line, what is round the place; a tab is one column, like any other character.
    begin = max(0, failed.column - 1 - _CONTEXT)
    text = "".join(c if c.isprintable() else " " for c in failed.text or "")
    return (
        f"The code has a syntax error in line {failed.line}, column {failed.column}: "
        f"{failed.message}\n    {text[begin : begin + 2 * _CONTEXT]}\n"
        f"    {' ' * (failed.column - 1 - begin)}^"
    )


def _reason(failed: SourceFailed) -> str:
    text = (failed.text or "").strip()[: 2 * _CONTEXT]
    where = "" if failed.line is None else f" (line {failed.line}: {text})"
    if failed.message.startswith(_UNSUPPORTED):
        return f"it does not support {failed.message.removeprefix(_UNSUPPORTED)}{where}."
    return f"{failed.message}{where}"
