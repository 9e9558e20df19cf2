"""The modules of the generator, and the specs that there are."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "openapi" / "generator"))
