"""The machine, and what is installed on it."""

import importlib.util
import os
import platform
from collections.abc import Iterator

from oxloop_server.doctor.findings import Finding, about
from oxloop_server.versions import version

EXTRAS = {
    "server": (
        "aiohttp",
        "httptools",
        "jinja2",
        "jsonschema_rs",
        "orjson",
        "pyarrow",
        "pydantic_monty",
        "python_multipart",
        "rapidfuzz",
        "starlette",
        "uvicorn",
    ),
    "local": ("xllamacpp",),
    "embeddings": ("wordllama",),
    "contract": ("hypothesis", "jsonschema_rs", "schemathesis"),
    "aiohttp": ("aiohttp",),
    "pandas": ("pandas", "pyarrow"),
    "polars": ("polars",),
}
"""What each extra brings, as it is imported."""


def examine() -> Iterator[Finding]:
    """Look at the machine."""
    parts = [
        f"oxloop {version()}",
        f"Python {platform.python_version()}",
        f"{platform.system()} {platform.machine()}",
        f"{os.cpu_count() or '?'} processors",
    ]
    if memory := _memory():
        parts.append(f"{about(memory)} of memory")
    yield Finding("Machine", "ok", ", ".join(parts))
    for extra, modules in EXTRAS.items():
        missing = [name for name in modules if importlib.util.find_spec(name) is None]
        if not missing:
            yield Finding("Installed", "ok", f"oxloop[{extra}]")
        else:
            yield Finding(
                "Installed",
                "wrong" if extra == "server" else "note",
                f'oxloop[{extra}] is not ({", ".join(missing)} missing): pip install "oxloop['
                f'{extra}]"',
            )


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not told on Windows
        return 0
