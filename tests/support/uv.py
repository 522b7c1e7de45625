"""The program uv, with which tests build packages and make bare environments."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

UV = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent)) or ""
"""Path of uv: on the search path, or in the environment of the tests, into which the Makefile puts it. Empty: none."""
