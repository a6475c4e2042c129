"""JSON values on their way into the document, made harmless.

pycrdt panics on lone surrogates and on integers beyond 64 bit, and browsers cannot read NaN back.
"""

import math
from collections.abc import Mapping

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

MAX_INTEGER = 2**53 - 1  # beyond, a JavaScript number is no longer exact
MAX_DEPTH = 64


def clean_text(text: str) -> str:
    """Return ``text`` as valid Unicode: surrogate pairs joined, lone ones replaced by U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def clean(value: object, depth: int = 0) -> Json:
    """Return a copy that any Yjs client can hold; NaN and infinities become null.

    Raises ValueError for what JSON does not have and for nesting deeper than ``MAX_DEPTH``.
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"a value nested deeper than {MAX_DEPTH} does not go into the document")
    match value:
        case None | bool():
            return value
        case str():
            return clean_text(value)
        case int():
            return value if abs(value) <= MAX_INTEGER else _as_float(value)
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {clean_text(str(key)): clean(item, depth + 1) for key, item in value.items()}
        case list() | tuple():
            return [clean(item, depth + 1) for item in value]
    raise ValueError(f"a {type(value).__name__} does not go into the document; give it as JSON")


def same(left: object, right: object) -> bool:
    """Tell whether two JSON values are equal; 1 and 1.0 are, 1 and true are not."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def _as_float(value: int) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None
