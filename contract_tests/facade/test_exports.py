"""What ``import oxloop`` offers, and what it costs."""

import subprocess
import sys

import oxloop
import pytest


def fresh(code: str) -> str:
    """Run code in a new interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def test_importing_the_package_loads_neither_the_http_client_nor_attrs() -> None:
    loaded = fresh(
        "import sys, oxloop; print(sorted({'httpx', 'attr', 'attrs'} & set(sys.modules)))"
    )
    assert loaded == "[]"


def test_the_errors_and_the_rules_load_no_http_client() -> None:
    code = "import sys; from oxloop import NotFoundError; import oxloop.rules.paths;"
    assert fresh(code + "print('httpx' in sys.modules, 'attrs' in sys.modules)") == "False False"


def test_the_client_alone_does_not_load_the_async_libraries_of_others() -> None:
    code = "import sys; from oxloop import Oxen; Oxen('k', 'http://127.0.0.1:1')"
    assert fresh(code + "; print({'pyarrow', 'pandas', 'polars'} & set(sys.modules))") == "set()"


def test_the_client_for_threads_does_not_load_what_tasks_need() -> None:
    code = "import sys; from oxloop import Oxen; Oxen('k', 'http://127.0.0.1:1')"
    tasks = "{'oxloop._http.tasks', 'oxloop._http.handshake', 'oxloop._aiohttp', 'aiohttp'}"
    assert fresh(f"{code}; print({tasks} & set(sys.modules))") == "set()"


@pytest.mark.parametrize("name", oxloop.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert fresh(f"import oxloop; print(oxloop.{name} is not None)") == "True"


def test_dir_shows_exactly_the_public_names() -> None:
    assert dir(oxloop) == sorted(oxloop.__all__)
    assert len(set(oxloop.__all__)) == len(oxloop.__all__)


def test_a_star_import_brings_exactly_the_public_names() -> None:
    found = fresh("from oxloop import *; print(sorted(set(globals()) & {'Oxen', 'import_module'}))")
    assert found == "['Oxen']"


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Oxn'"):
        getattr(oxloop, "Oxn")  # noqa: B009 - the checkers know better


def test_every_error_is_exported() -> None:
    from oxloop import errors

    classes = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.OxloopError) and name[0] != "_"
    }
    assert classes <= set(oxloop.__all__)


def test_the_version_is_that_of_the_distribution() -> None:
    assert oxloop.__version__.split(".")[0].isdigit()
