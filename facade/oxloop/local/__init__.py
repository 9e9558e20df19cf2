"""The local service as a client meets it: find it, start it, leave it, stop it.

The service itself is another program, reached as a child process and over HTTP; nothing here
imports it.
"""

from oxloop.local.joining import Joined, join, stop

__all__ = ["Joined", "join", "stop"]
