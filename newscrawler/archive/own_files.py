"""Opening files to write without following links.

The folder of an archive may come from a stranger: a symbolic link in it, in place of a file that we write, would let us
write over a file elsewhere.
"""

from __future__ import annotations

import os


def not_following(path: str, flags: int) -> int:
    """Open a path that is not a symbolic link, as an `opener` of `open`; for a link OSError (ELOOP) is raised."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
