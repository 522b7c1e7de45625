"""Paths into JSON, in the language JMESPath (https://jmespath.org): `data.list[*]`, `list[-1].id`, `rows[?type=='1']`.

Only paths are allowed: fields, indexes, projections, filters and alternatives. What they find is a part of the data, so
no path of a definition can ask for more time or memory than the data has. Functions and new objects are not allowed.
"""

from __future__ import annotations

from typing import Any

MAX_PATH = 200
"""Characters of a path."""
_ALLOWED = frozenset(
    (
        *("field", "subexpression", "index_expression", "index", "slice", "current", "identity", "pipe", "literal"),
        *("projection", "value_projection", "flatten", "filter_projection", "comparator"),
        *("or_expression", "and_expression", "not_expression"),
    )
)
_ADVICE = "use a path of JMESPath such as data.list or list[-1].id, without functions"


def check_path(value: str) -> str:
    """Return a path as it is; raises ValueError for a text that is none."""
    if len(value) > MAX_PATH:
        raise ValueError(f"is longer than {MAX_PATH} characters; {_ADVICE}")
    # Few definitions have a path, and each command reads all of them.
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        parsed = jmespath.compile(value).parsed
    except (JMESPathError, RecursionError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"is not a valid path ({reason[:120]}); {_ADVICE}") from None
    stack = [parsed]
    while stack:
        node = stack.pop()
        if node["type"] not in _ALLOWED:
            raise ValueError(f"has a {node['type'].replace('_', ' ')}; {_ADVICE}")
        stack += [child for child in node["children"] if isinstance(child, dict)]
    return value


def find(path: str, data: Any) -> Any:
    """Return what a checked path leads to; None where it leads to nothing."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return jmespath.search(path, data)
    except (JMESPathError, TypeError, ValueError, RecursionError):
        return None
