"""Small talk: where a promise is likelier a private one."""

from collections.abc import Sequence

from voicemind.insight.clauses import Clause
from voicemind.insight.patterns import listed
from voicemind.insight.phrases import stem, tokens

WORDS = frozenset(
    stem(word)
    for word in listed("""weekend holiday holidays vacation wife husband kids son daughter mother father mom mum
    dad sister
    brother cousin aunt uncle grandma grandmother grandfather girlfriend boyfriend dog cat puppy kitten
    garden beach lake mountain hike hiking bike cycling ride swimming football soccer tennis golf gym
    marathon concert movie film cinema theatre party birthday wedding dinner lunch breakfast restaurant
    cafe coffee tea cake cookies bakery pizza barbecue beer wine pub recipe cooking weather sunny rain
    snow camping tent boat fishing flight hotel airport train tattoo guitar piano novel podcast
    television netflix neighbour neighbor apartment couch hobby""")
)
_CLAUSES = 5
_PRIVATE_WORDS = 3


def private(clauses: Sequence[Clause]) -> bool:
    """Tell whether the last few clauses are about private life rather than work."""
    words = (stem(word) for clause in clauses[-_CLAUSES:] for word in tokens(clause.text))
    return len(WORDS.intersection(words)) >= _PRIVATE_WORDS
