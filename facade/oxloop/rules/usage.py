"""How every command of this package answers a command line that it does not understand."""

import argparse
from typing import NoReturn


class CommandParser(argparse.ArgumentParser):
    """A parser whose complaint is one line, without the whole usage, and exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is, and end the process with exit code 2."""
        self.exit(2, f"{self.prog}: {message}; see '{self.prog} --help'\n")
