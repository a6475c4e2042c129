"""Which words of a reference a text has, where the text may stop before the reference does."""

from collections.abc import Sequence


def align(reference: Sequence[str], said: Sequence[str]) -> tuple[list[tuple[int, int]], int]:
    """Return the pairs of equal words by their indices, and how many words of the reference the text stands for.

    Least edit distance (Levenshtein 1966) to the beginning of the reference that is closest to the text, the
    longest of those.
    """
    distances = _distances(reference, said)
    last = len(said)
    length = min(range(len(reference) + 1), key=lambda i: (distances[i][last], -i))
    i, j = length, last
    matched = []
    while i and j:
        wrong = reference[i - 1] != said[j - 1]
        if distances[i][j] == distances[i - 1][j - 1] + wrong:
            i, j = i - 1, j - 1
            if not wrong:
                matched.append((i, j))
        elif distances[i][j] == distances[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return matched[::-1], length


def _distances(reference: Sequence[str], said: Sequence[str]) -> list[list[int]]:
    """Edit distance of each beginning of the reference to each beginning of the text."""
    rows = [list(range(len(said) + 1))]
    for i, word in enumerate(reference, 1):
        above = rows[-1]
        row = [i]
        for j, other in enumerate(said, 1):
            row.append(min(above[j - 1] + (word != other), above[j] + 1, row[j - 1] + 1))
        rows.append(row)
    return rows
