"""Regular expressions written as lists of phrases."""

import re


def either(phrases: str) -> str:
    """Return a group that matches any of the phrases, which are separated by `` | `` and may span lines.

    A space stands for any white space, an apostrophe for either kind of it; inside a phrase regular
    expressions may be used, with alternatives written without spaces: ``(?:a|b)``.
    """
    parts = (" ".join(part.split()) for part in re.split(r"(?:^|\s)\|(?:\s|$)", phrases))
    return "(?:" + "|".join(part.replace(" ", r"\s+").replace("'", "['’]") for part in parts if part) + ")"


def listed(words: str) -> list[str]:
    """Return the words of a text that is nothing but a list of them."""
    return words.split()


def anywhere(phrases: str) -> re.Pattern[str]:
    """Return a pattern that finds any of the phrases as whole words."""
    return re.compile(rf"\b{either(phrases)}(?!\w)", re.IGNORECASE)


def opening(phrases: str, skipped: str = "") -> re.Pattern[str]:
    """Return a pattern that matches any of the phrases at the start, after any of the ``skipped`` words."""
    skip = rf"(?:{either(skipped)}[,.!;:\s]+)*" if skipped else ""
    return re.compile(rf"\W*{skip}{either(phrases)}(?!\w)", re.IGNORECASE)
