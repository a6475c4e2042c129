"""Numbers as people say them, written in digits, so that "twenty first" and "21st" are one word."""

import re

_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000}

_ANY = "|".join(sorted([*_UNITS, *_TENS, *_ORDINALS, *_SCALES], key=len, reverse=True))
_AND = r"(?<=hundred)\s+and|(?<=thousand)\s+and|"
_RUN = re.compile(rf"\b(?:{_ANY})\b(?:(?:{_AND})[\s-]+(?:{_ANY})\b)*", re.IGNORECASE)
_SPLIT = re.compile(r"[\s-]+")

# Said alone these are mostly no numbers: "no one", "first of all", "wait a second".
_AMBIGUOUS = frozenset({"one", "first", "second"})


def digits(text: str) -> str:
    """Return ``text`` with spoken numbers in digits: "April twenty first" gives "April 21st"."""
    return _RUN.sub(lambda match: _written(match.group()), text)


def ordinal(number: int) -> str:
    """Return 21 as "21st"."""
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _written(run: str) -> str:
    if run.lower() in _AMBIGUOUS:
        return run
    out: list[str] = []
    number: int | None = None
    for word in _SPLIT.split(run):
        key = word.lower()
        if key == "and":
            continue
        if key in _ORDINALS:
            head, number = _joined(number, _ORDINALS[key]), None
            out += [str(part) for part in head[:-1]] + [ordinal(head[-1])]
            continue
        if key in _SCALES:
            low = (number or 1) % 100 if key == "hundred" else number or 1
            number = (number or 1) - low + low * _SCALES[key]
            continue
        *done, number = _joined(number, _UNITS[key] if key in _UNITS else _TENS[key])
        out += [str(part) for part in done]
    return " ".join([*out, str(number)] if number is not None else out)


def _joined(number: int | None, step: int) -> list[int]:
    """Add a smaller part to a number ("twenty" + "nine"), or start a new number ("four" "five")."""
    if number is None:
        return [step]
    fits = (number % 100 == 0 and step < 100) or (number % 10 == 0 and number % 100 >= 20 and step < 10)
    return [number + step] if fits and number else [number, step]
