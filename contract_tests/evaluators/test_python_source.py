"""Sources as they are uploaded: only a syntax error refuses, everything else is a warning."""

import pytest
from oxloop_server.evaluators.python import NO_ENTRY, entry_of, inspect
from oxloop_server.evaluators.sandbox import Limits
from oxloop_server.evaluators.verdicts import ArgumentsType, ReturnType
from oxloop_server.problems import Refused

LIMITS = Limits(seconds=0.3)

# As in Humanloop's guide to Python evaluators.
OF_THE_GUIDE = """
import json
from json import JSONDecodeError

def check_feature_json(log, testcase):
    expected_feature = testcase["target"]["feature"]
    try:
        return json.loads(log["output"]).get("feature") == expected_feature
    except JSONDecodeError:
        return False
"""


def warnings(
    source: str,
    arguments_type: ArgumentsType = "target_free",
    return_type: ReturnType = "boolean",
) -> list[str]:
    return inspect(source, arguments_type, return_type, LIMITS)


@pytest.mark.parametrize(
    ("source", "entry"),
    [
        ("def check(log): return True", "check"),
        ("def one(log): return True\n\ndef two(log): return False", "two"),
        ("def check(log):\n    def inner(): pass\n    return inner", "check"),
        ("def check(log): pass\nclass Help:\n    def no(self): pass", "check"),
        ("def check(log): pass\nif True:\n    def no(): pass", "check"),
        ('def check(log): pass\nTEXT = """\ndef no(): pass\n"""', "check"),
        ("import functools\n@functools.cache\ndef check(log): return 1", "check"),
        ("async def check(log): return True", "check"),
        ("def prüfe(log): return True", "prüfe"),
        ("check = lambda log: True", None),
        ("", None),
        ("'''never closed", None),
    ],
)
def test_the_last_function_at_the_top_level_judges(source: str, entry: str | None) -> None:
    assert entry_of(source) == entry


@pytest.mark.parametrize(
    ("source", "line", "column", "shown"),
    [
        ("def check(log):\n    return log['a' 1]\n", 2, 20, "    return log['a' 1]"),
        ("def check(log):\n    x = 'é' + 1 1\n", 2, 17, "    x = 'é' + 1 1"),
        ("def check(log):\n\treturn 1\n\t\treturn 2\n", 3, 1, "  return 2"),
        ("x = 1\n" + "y" * 500 + " z", 2, 502, None),
    ],
)
def test_a_syntax_error_refuses_with_line_and_caret(
    source: str, line: int, column: int, shown: str | None
) -> None:
    with pytest.raises(Refused) as caught:
        warnings(source)
    assert (caught.value.code, caught.value.field) == ("invalid_params", "code")
    first, text, caret = caught.value.message.split("\n")
    assert first.startswith(f"The code has a syntax error in line {line}, column {column}: ")
    assert caret.strip() == "^"
    assert len(text) < 200
    if shown is not None:
        assert text == f"    {shown}"
        assert caret.index("^") == 4 + column - 1
    else:
        assert text[caret.index("^")] == "z"


def test_text_that_is_no_text_refuses() -> None:
    with pytest.raises(Refused, match="half of a surrogate pair"):
        warnings("def f(log): return '\ud800'")


def test_a_source_has_a_longest_length() -> None:
    with pytest.raises(Refused, match="longer than 262,144 characters"):
        warnings("#" * 262_145)
    assert warnings("#" * 262_144) == [NO_ENTRY]


@pytest.mark.parametrize(
    ("source", "arguments_type"),
    [
        (OF_THE_GUIDE, "target_required"),
        ("def f(log): return log['inputs']['question'] == log['output']", "target_free"),
        ("def f(log): return log['metadata'].get('a') is None and not log['error']", "target_free"),
        ("import re, math, random, datetime, json\ndef f(log): return True", "target_free"),
        (
            "def f(log, testcase): return testcase['inputs']['a'] in log['output']",
            "target_required",
        ),
    ],
)
def test_a_source_that_runs_gives_no_warning(source: str, arguments_type: ArgumentsType) -> None:
    assert warnings(source, arguments_type) == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("class E(Exception): pass\ndef f(log): return True", "does not support class inheritance"),
        ("def f(log):\n    yield 1", "does not support yield expressions"),
        (
            "def f(log):\n    x = 1\n    del x\n    return True",
            "does not support the 'del' statement",
        ),
        ("import requests\ndef f(log): return True", 'no module "requests"'),
        ("def f(log):\n    if log['error']:\n        import numpy as np\n    return True", "numpy"),
        (
            "def f(log):\n    if log['error']:\n        from sqlglot.errors import E\n    return 1",
            'no module "sqlglot.errors"',
        ),
        ("def f(log): return not hasattr(log['output'], 'nothing')", "hasattr() answers False"),
        ("def f(log): return log['inputs'][3] == 1", "it failed: KeyError: '3'"),
        ("def f(log, testcase): return True", "missing 1 required positional argument"),
        ("def f(log): return 'yes'", "must return True or False; it returned a value of type str"),
        ("def f(log):\n    while True: pass", "longer than the 0.3 s"),
        ("while True: pass\ndef f(log): return True", "longer than the 0.3 s"),
        ("x = 1 / 0\ndef f(log): return True", "ZeroDivisionError: division by zero (line 1: x"),
    ],
)
def test_what_will_not_run_is_a_warning(source: str, said: str) -> None:
    found = warnings(source)
    assert any(said in warning for warning in found), found


def test_a_source_without_a_function_is_a_warning() -> None:
    assert warnings("check = 3") == [NO_ENTRY]


def test_each_missing_module_is_named_once() -> None:
    found = warnings("import numpy, pandas as pd\nimport numpy\ndef f(log): return True")
    assert found[:2] == [
        'The sandbox has no module "numpy".',
        'The sandbox has no module "pandas".',
    ]


def test_without_its_types_there_is_no_trial() -> None:
    assert inspect("def f(log): return 1 / 0", limits=LIMITS) == []
