"""Who is the same person: speaker vectors, grouped.

Agglomerative clustering with average linkage and cosine distance, then the nearest centroid under
cannot-link: two who speak in one window are two people (Bredin 2023, "pyannote.audio 2.1 speaker
diarization pipeline"; Wagstaff et al. 2001 for the constraint).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linear_sum_assignment

Vectors = NDArray[np.float32]  # one unit vector a row
Labels = NDArray[np.intp]

MOST = 4000  # vectors that are clustered; the distances between them take 8 bytes each


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """When two vectors are one person's; seconds of clean speech, cosine distance."""

    threshold: float = 0.6
    """Mean distance up to which two groups are one person (AMI's headset mixes: 0.6 to 0.7 do alike)."""
    shortest: float = 2.0
    """Speech that a vector comes from at least to count in forming groups: of less it says little."""
    least: float = 2.0
    """Speech that a group has at least; a smaller one belongs to the nearest other."""
    unlike: float = 0.2
    """Similarity to every group under which a vector of ``brief`` speech is of somebody else, who said little.

    The equal error rate of one second of speech lies there (AMI; from 0.2 to 0.35 do alike)."""
    brief: float = 0.8


def centroids(vectors: Vectors, seconds: NDArray[np.float64], config: ClusterConfig, count: int | None) -> Vectors:
    """Return a unit vector a person, from vectors that come from so many ``seconds`` of speech each.

    ``count`` is how many people there are, None where that is to be estimated. There may be fewer
    than ``count`` where there are fewer vectors.
    """
    people = _groups(vectors, seconds, config, count)
    if count is None and len(vectors):
        others = (vectors @ people.T).max(axis=1) < config.unlike
        few = np.flatnonzero(others & (seconds >= config.brief))[:MOST]
        if seconds[few].sum() >= config.least:
            people = np.concatenate([people, *_enough(vectors[few], seconds[few], config)])
    return people


def _groups(vectors: Vectors, seconds: NDArray[np.float64], config: ClusterConfig, count: int | None) -> Vectors:
    chosen = np.flatnonzero(seconds >= config.shortest)
    if len(chosen) < (count or 1):
        chosen = np.argsort(-seconds, kind="stable")[: max(count or 1, len(chosen))]
    elif len(chosen) > MOST:
        chosen = np.sort(np.argsort(-seconds, kind="stable")[:MOST])
    vectors, seconds = vectors[chosen], seconds[chosen]
    if len(vectors) < 2:
        return vectors
    tree = linkage(vectors, "average", metric="cosine")
    labels = _cut(tree, config.threshold) if count is None else _cut_into(tree, seconds, count, config.least)
    weights = np.bincount(labels, weights=seconds)
    kept = np.flatnonzero(weights >= config.least)
    if count is not None:
        kept = np.sort(np.argsort(-weights, kind="stable")[:count])
    elif len(kept) == 0:
        kept = np.array([weights.argmax()])
    return np.stack([_mean(vectors[labels == k], seconds[labels == k]) for k in kept])


def assign(similarity: NDArray[np.float64]) -> Labels:
    """Return a person (column) for each speaker (row) of one window, no two alike while there are enough.

    The sum of similarities is the largest there is; a speaker left over gets the most similar person.
    """
    people: Labels = similarity.argmax(axis=1)
    rows, columns = linear_sum_assignment(similarity, maximize=True)
    people[rows] = columns
    return people


def _enough(vectors: Vectors, seconds: NDArray[np.float64], config: ClusterConfig) -> list[Vectors]:
    """The groups that have enough speech between them, as a row each."""
    labels = np.zeros(1, np.intp)
    if len(vectors) > 1:
        labels = _cut(linkage(vectors, "average", metric="cosine"), config.threshold)
    weights = np.bincount(labels, weights=seconds)
    kept = np.flatnonzero(weights >= config.least)
    return [_mean(vectors[labels == k], seconds[labels == k])[None] for k in kept]


def _cut(tree: NDArray[np.float64], distance: float) -> Labels:
    return np.asarray(fcluster(tree, distance, "distance"), np.intp) - 1


def _cut_into(tree: NDArray[np.float64], seconds: NDArray[np.float64], count: int, least: float) -> Labels:
    """Cut at the largest distance that leaves ``count`` groups with enough speech.

    A lone odd vector is no person: cutting into exactly ``count`` groups would make it one.
    """
    labels = _cut(tree, 0.0)
    for distance in np.unique(tree[:, 2])[::-1]:
        found = _cut(tree, float(distance) * (1 - 1e-9))
        if (np.bincount(found, weights=seconds) >= least).sum() >= count:
            return found
    return labels


def _mean(vectors: Vectors, seconds: NDArray[np.float64]) -> Vectors:
    mean = (vectors * seconds[:, None]).sum(axis=0)
    return np.asarray(mean / max(np.linalg.norm(mean), 1e-9), np.float32)
