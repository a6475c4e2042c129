"""How evenly talk is spread: Gini coefficient, entropy, and what counts as a dominant share."""

import math
from collections.abc import Sequence


def gini(values: Sequence[float]) -> float:
    """Return the Gini coefficient, ``sum_{i<j} |x_i - x_j| / (n^2 * mean)``; 0 is equal, (n - 1) / n the most.

    Values are at least 0; who said nothing belongs in. 0 for no values, or only zeros.
    After Watts-Lab/team_comm_tools, ``gini_coefficient``.
    """
    total = math.fsum(values)
    if not total:
        return 0.0
    n = len(values)
    ranked = math.fsum((2 * rank - n - 1) * value for rank, value in enumerate(sorted(values), 1))
    return min(1.0, max(0.0, ranked / (n * total)))


def corrected_gini(values: Sequence[float]) -> float:
    """Return the Gini coefficient times n / (n - 1), so that 1 is the most for any number of people."""
    n = len(values)
    return min(1.0, gini(values) * n / (n - 1)) if n > 1 else 0.0


def entropy(values: Sequence[float]) -> float:
    """Return the Shannon entropy of the shares over that of equal shares; 1 is equal, 0 one person alone.

    1 for nobody or one person: there is nothing to spread.
    """
    total, n = math.fsum(values), len(values)
    if n < 2 or not total:
        return 1.0
    shares = [value / total for value in values if value > 0]
    return min(1.0, max(0.0, -math.fsum(s * math.log(s) for s in shares if s > 0) / math.log(n)))


_FEW = range(3, 6)
_LARGEST = 0.59  # of 3 to 5 people: the 95th percentile of the largest share in AMI's meetings
_LARGEST_WINDOW = 0.84  # the same of AMI's five-minute windows
_LEAST = 0.4  # however many people there are


def dominant_share(people: int, window: bool = False) -> float:
    """Return the share from which one of ``people`` speaks unusually much; for a 5-minute ``window`` or a meeting.

    Other groups than of 3 to 5 get it by the odds against an equal share: for six to eight people that
    lies within six points below the 95th percentile of ICSI's meetings.
    """
    base = _LARGEST_WINDOW if window else _LARGEST
    if people in _FEW:
        return base
    odds = base / (1 - base) * 3 / max(1, people - 1)
    return max(_LEAST, odds / (1 + odds))
