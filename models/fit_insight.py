"""Recipe: the models and the background of ``insight.npz``, fitted on annotated meetings.

    python fit_insight.py DATA --vectors DIR [--out insight.npz]
    python fit_insight.py DATA --vectors DIR --scorers DIR --cross-validate OUT

DATA holds ``ami/`` and ``qmsum/``; ``--vectors`` keeps the vectors of their texts. The second form fits five
times without a fifth of the series and answers for the meetings left out, as the analyzers would: the
answers go to OUT-ami.json and OUT-qmsum.json, and the scoring scripts' figures are printed. Plain logistic
regressions with an L2 penalty on standardised columns; every step is seeded.
"""

import argparse
import gzip
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from insight_rows import FOREIGN_WEIGHT, Known, background, boundary_rows, covered, draw_foreign, item_rows, items_of
from scipy.optimize import minimize

from voicemind.backends.text_embedder import MiniLm
from voicemind.bench.annotated import corpora, read_meeting
from voicemind.bench.kept_vectors import KeptVectors
from voicemind.bench.listening import Listener, Spent
from voicemind.bench.report import Report
from voicemind.bench.scoring import Scorers
from voicemind.insight.boundaries import APART, FIRST, WAIT
from voicemind.insight.boundary_features import NAMES
from voicemind.insight.relevance import ABOUT, ABOUT_WORDS, ALIKE, TOUCHED, TOUCHED_WORDS, columns, over_meeting
from voicemind.insight.trained import Linear, Trained, to_arrays
from voicemind.weights import ModelStore

FOLDS = 5
L2 = {"about": 10.0, "about_words": 10.0, "alike": 10.0, "touched": 30.0, "touched_words": 30.0, "boundary": 300.0}
NEAR = 30.0  # seconds from a true boundary to one that is right


def read(folder: Path, embedder: KeptVectors) -> list[Known]:
    """Read every meeting that has topics."""
    found = []
    for corpus, files in corpora(folder).items():
        for path in files:
            raw = json.loads(gzip.decompress(path.read_bytes()))
            if not raw["topics"]:
                continue
            meeting = read_meeting(path)
            texts = [turn.text if len(turn.text.split()) > 2 else "" for turn in meeting.turns]
            vectors = dict(zip(filter(None, texts), embedder.embed(list(filter(None, texts))), strict=True))
            turns = [replace(t, vector=vectors.get(text)) for t, text in zip(meeting.turns, texts, strict=True)]
            starts = {t["start"] for t in raw["topics"] if t["depth"] == 0 and meeting.timed and t["start"] is not None}
            domain = f"{corpus} {raw.get('domain') or raw['scenario']}"
            items = items_of(raw["topics"], meeting.timed)
            found.append(Known(meeting.name, series(meeting.name), domain, meeting, turns, items, sorted(starts)))
        embedder.save()
    draw_foreign(found)
    return found


def series(name: str) -> str:
    """Return which meetings a meeting may share its subject with."""
    if "_" in name:
        return name
    return name[:3] if name.startswith("B") else name[:4] if name.startswith("IN") else name[:6]


def fit(meetings: Sequence[Known], vectors: dict[str, tuple[float, ...]]) -> Trained:
    """Fit everything on these meetings."""
    pool = background(meetings, vectors)
    steps: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []  # rows, whether about, weights
    touched: dict[str, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {"touched": [], "touched_words": []}
    for known in meetings:
        own, about = len(known.items), covered(known) >= 0.5
        titles = [*known.items, *known.foreign]
        variants = [titles] if known.meeting.timed is False else [titles, [t.partition(": ")[0] for t in titles]]
        for variant in variants:
            rows = item_rows(known, variant, vectors, pool)
            scored = about.any(axis=1)
            if own and scored.any():
                part = rows[scored, :own].reshape(-1, rows.shape[-1])
                steps.append((part, about[scored].ravel(), np.full(len(part), 1 / len(part))))
            truth = np.arange(len(titles)) < own
            for name, chosen in (("touched", TOUCHED), ("touched_words", TOUCHED_WORDS)):
                if own > 1 and known.foreign:
                    pooled = over_meeting(rows[:, :, columns(chosen)])
                    touched[name].append((pooled, truth, np.where(truth, 1.0, FOREIGN_WEIGHT) / len(titles)))
    models = {
        name: logistic(*_joined([(r[:, columns(chosen)], y, w) for r, y, w in steps]), L2[name])
        for name, chosen in (("about", ABOUT), ("about_words", ABOUT_WORDS), ("alike", ALIKE))
    }
    models |= {name: logistic(*_joined(parts), L2[name]) for name, parts in touched.items()}
    return Trained(pool, {**models, **_boundaries([k for k in meetings if len(k.begins) > 1])})


def _boundaries(meetings: Sequence[Known]) -> dict[str, Linear]:
    """Fit where topics begin, with and without vectors; a logit of 0 is the threshold with the best F1."""
    parts = [boundary_rows(known) for known in meetings]
    rows, found = np.concatenate([p[0] for p in parts]), np.concatenate([p[2] for p in parts])
    weights = np.concatenate([p[3] for p in parts]).astype(float)
    models = {}
    for name, width in (("boundary", rows.shape[1]), ("boundary_words", len(NAMES))):
        model = logistic(rows[:, :width], found, weights, L2["boundary"])
        logits = [model.logit(p[0][:, :width]) for p in parts]
        grid = np.quantile(np.concatenate(logits), np.linspace(0.92, 0.995, 40))
        best = max(
            grid, key=lambda t: _f1([(pick(p[1], x, t), k) for p, x, k in zip(parts, logits, meetings, strict=True)])
        )
        models[name] = Linear(model.weights, model.bias - float(best))
    return models


def pick(times: np.ndarray, logits: np.ndarray, threshold: float) -> list[float]:
    """Return the boundaries that ``Boundaries`` would find."""
    chosen: list[float] = []
    for place in np.flatnonzero(logits >= threshold):
        time = times[place]
        apart = time > times[0] + FIRST and (not chosen or time - chosen[-1] >= APART)
        if apart and logits[place] >= logits[place : np.searchsorted(times, time + WAIT)].max():
            chosen.append(float(time))
    return chosen


def _f1(answers: Sequence[tuple[list[float], Known]]) -> float:
    hits = total = 0
    for given, known in answers:
        free = list(known.begins[1:])
        total += len(given) + len(free)
        for time in given:
            if near := [b for b in free if abs(b - time) <= NEAR]:
                free.remove(near[0])
                hits += 1
    return 2 * hits / max(1, total)


def _joined(parts: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows, truth, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
    return rows, truth, weights * len(weights) / weights.sum()


def logistic(rows: np.ndarray, truth: np.ndarray, weights: np.ndarray, penalty: float) -> Linear:
    """Fit a weighted logistic regression; returns its weights for the columns as they are."""
    mean = np.average(rows, axis=0, weights=weights)
    spread = np.sqrt(np.average((rows - mean) ** 2, axis=0, weights=weights)) + 1e-6
    columns_, sign = (rows - mean) / spread, np.where(truth, 1.0, -1.0)

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (columns_ @ b[:-1] + b[-1])
        slope = -weights * sign / (1 + np.exp(np.clip(margin, -30, 30)))
        gradient = np.append(columns_.T @ slope + penalty * b[:-1], slope.sum())
        return float((weights * np.logaddexp(0, -margin)).sum() + penalty / 2 * b[:-1] @ b[:-1]), gradient

    start = np.zeros(rows.shape[1] + 1)
    b = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return Linear(b[:-1] / spread, float(b[-1] - (b[:-1] * mean / spread).sum()))


def cross_validate(meetings: Sequence[Known], embedder: KeptVectors, scorers: Scorers, out: Path) -> Report:
    """Answer for each meeting with models that have seen none of its series; return the scripts' figures."""
    order = sorted({known.series for known in meetings})
    random.Random(1).shuffle(order)  # noqa: S311  # folds, the same ones each time
    vectors = _titles(meetings, embedder)
    fitted = [fit([k for k in meetings if order.index(k.series) % FOLDS != fold], vectors) for fold in range(FOLDS)]
    rows: list[dict] = []
    for corpus in ("ami", "qmsum"):
        tasks, answers, spent = scorers.tasks(corpus), {}, Spent()
        for known in (k for k in meetings if k.domain.startswith(corpus)):
            models = fitted[order.index(known.series) % FOLDS]
            listener = Listener(known.meeting, embedder, models)
            answers[known.name] = listener.meeting_answer(spent)
            mine = {name: task for name, task in tasks.items() if task["meeting"] == known.name}
            answers |= {name: listener.task_answer(task) for name, task in mine.items()}
        path = out.with_name(f"{out.name}-{corpus}.json")
        path.write_text(json.dumps(answers), encoding="utf-8")
        rows += scorers.rows(corpus, path)
    return Report("fit_insight.py --cross-validate", rows)


def _titles(meetings: Sequence[Known], embedder: KeptVectors) -> dict[str, tuple[float, ...]]:
    whole = {title for known in meetings for title in (*known.items, *known.foreign)}
    titles = sorted(whole | {title.partition(": ")[0] for title in whole})
    return dict(zip(titles, embedder.embed(titles), strict=True))


def main() -> None:
    """Read the arguments, fit, write or score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "insight.npz")
    parser.add_argument("--scorers", type=Path)
    parser.add_argument("--cross-validate", type=Path)
    args = parser.parse_args()
    args.vectors.mkdir(parents=True, exist_ok=True)
    embedder = KeptVectors(MiniLm(ModelStore().path("minilm")), args.vectors / "all.npz")
    meetings = read(args.data, embedder)
    if args.cross_validate:
        report = cross_validate(meetings, embedder, Scorers(args.scorers, args.data), args.cross_validate)
        sys.stdout.write(report.table() + "\n")
        return
    found = fit(meetings, _titles(meetings, embedder))
    embedder.save()
    np.savez_compressed(args.out, **to_arrays(found))
    sys.stdout.write(f"{args.out}: {args.out.stat().st_size} bytes, {len(meetings)} meetings\n")


if __name__ == "__main__":
    main()
