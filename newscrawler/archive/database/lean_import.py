"""Imports sqlite-utils without pandas and NumPy, before any other module of this room does.

Where they are installed it imports both, only to know their types: half a second and 80 MB for every command. They
stay importable for everybody else.
"""

from __future__ import annotations

import sys
from importlib import import_module

_hidden = [name for name in ("numpy", "pandas") if name not in sys.modules]
for _name in _hidden:
    sys.modules[_name] = None  # type: ignore[assignment]
try:
    import_module("sqlite_utils.db")
finally:
    for _name in _hidden:
        sys.modules.pop(_name, None)
