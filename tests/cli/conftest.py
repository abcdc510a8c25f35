"""Where the command line is."""

import sys
from pathlib import Path

SINFIT = Path(sys.executable).parent / "sinfit"
