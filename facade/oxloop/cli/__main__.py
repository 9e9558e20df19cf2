"""``python -m oxloop.cli``: the ``oxloop`` command where its script is not at hand."""

import sys

from oxloop.cli import main

sys.exit(main())
