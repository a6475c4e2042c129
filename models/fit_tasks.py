"""Fit the ranker of actions and decisions on annotated meetings, and write tasks.json.

    python models/fit_tasks.py DATA [--out models/tasks.json]

DATA holds ami/ and qmsum/ (AMI: manual annotations 1.6.2, CC BY 4.0; QMSum: MIT). Labels are the utterances
that AMI's annotators linked to the action items and decisions of their summaries. Phrases count only if at
least six meetings on other subjects hold them (QMSum's academic and committee meetings, AMI's that are no
scenario), so that the model learns how tasks are said, not what AMI's scenario is about.
It also fits six times without a sixth of the series, with thresholds from the other five sixths, and prints what
the whole analyzers (rules and ranker) reach on what was left out, as score_actions.py counts it. The thresholds of
the final weights are the mean of those: on what weights were fitted on, scores are too high.
"""

import argparse
import gzip
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

from voicemind.insight.analyzer import EventAnalyzer
from voicemind.insight.ranker import Rows, TaskModel
from voicemind.insight.sketch import SiftedActions, sifted_decisions
from voicemind.timeline.event import Joined, Participant
from voicemind.timeline.insight import Insight
from voicemind.timeline.segment import Segment
from voicemind.timeline.transcript import Turn

KINDS = ("actions", "decisions")
SCALES = (1.0, 0.5, 0.5)  # of the words of a clause, before and after it
FIGURE_SCALE = 0.06
STRENGTH = 3.0  # inverse of the regularisation
LEAST_MEETINGS, LEAST_CLAUSES = 6, 20
NEAR = 6  # clauses beside a positive one that are no examples: the annotators' links are not exact
PER_HOUR = {"actions": 12.0, "decisions": 36.0}
# A doubtful find of the rules needs this score; those of decisions are as good as the ranker's.
FLOOR_BELOW = {"actions": 1.0, "decisions": 100.0}  # below the bar


@dataclass
class Meeting:
    """The clauses of one meeting, and which turns each kind's annotators linked; None where nobody did."""

    name: str
    turns: list[Turn]
    rows: Rows
    linked: dict[str, list[set[str]]] | None

    @property
    def series(self) -> str:
        """Meetings of one group."""
        return self.name[:-1] if self.name[-1].isalpha() else self.name[:4]

    def truth(self, kind: str) -> set[str]:
        """The linked turns."""
        return set().union(*self.linked[kind]) if self.linked else set()

    def labels(self, kind: str) -> np.ndarray:
        """Whether each clause's turn is linked."""
        truth = self.truth(kind)
        return np.array([row.turn.id in truth for row in self.rows.rows], bool)


def read(path: Path) -> tuple[Meeting, dict[str, Any]]:
    """Read a meeting; turns without times follow each other by 0.4 s a word."""
    content = json.loads(gzip.decompress(path.read_bytes()))
    turns, time = [], 0.0
    for row in content["utterances"]:
        if not row["text"]:
            continue
        start = time if row["start"] is None else row["start"]
        time = max(start, row["end"] or start + 0.4 * len(row["text"].split()))
        turns.append(Turn(row["id"], Segment(start, time), row["speaker"], row["text"]))
    rows = Rows()
    for turn in turns:
        rows.add(turn)
    linked = None
    if content.get("links") and all(content[kind] is not None for kind in KINDS):
        linked = {kind: [set(item["evidence"]) for item in content[kind] if item["evidence"]] for kind in KINDS}
    return Meeting(content["meeting"], turns, rows, linked), content


def common_phrases(meetings: list[Meeting]) -> set[str]:
    """Return the phrases that enough of the meetings hold."""
    held: Counter[str] = Counter()
    for meeting in meetings:
        held.update({p for place in range(len(meeting.rows.rows)) for p in meeting.rows.phrases(place)[0]})
    return {phrase for phrase, count in held.items() if count >= LEAST_MEETINGS}


def fit(meetings: list[Meeting], common: set[str], prepared: dict[str, Any]) -> dict[str, Any]:
    """Fit both kinds on some meetings; return the table of tasks.json without thresholds."""
    columns, tables = [], []
    for part, scale in enumerate(SCALES):
        counts = [found[part] for m in meetings for found in prepared[m.name]["phrases"]]
        held = Counter(phrase for found in counts for phrase in found)
        names = sorted(phrase for phrase in common if held[phrase] >= LEAST_CLAUSES)
        vectorizer = DictVectorizer().fit([dict.fromkeys(names, 1)])
        transformer = TfidfTransformer(sublinear_tf=True)
        columns.append(transformer.fit_transform(vectorizer.transform(counts)) * scale)
        tables.append((list(vectorizer.get_feature_names_out()), transformer.idf_))
    figures = np.vstack([prepared[m.name]["figures"] for m in meetings])
    mean, spread = figures.mean(0), figures.std(0) + 1e-6
    matrix = sp.hstack([*columns, sp.csr_matrix((figures - mean) / spread * FIGURE_SCALE)]).tocsr()
    result = {}
    for kind in KINDS:
        labels = np.concatenate([m.labels(kind) for m in meetings])
        clear = np.concatenate([far_from_positive(m.labels(kind)) for m in meetings])
        model = LogisticRegression(C=STRENGTH, solver="liblinear").fit(matrix[clear], labels[clear])
        weights, text = model.coef_[0], []
        for names, idf in tables:
            text.append(
                {n: [round(float(i), 3), round(float(w), 4)] for n, i, w in zip(names, idf, weights, strict=False)}
            )
            weights = weights[len(names) :]
        rows = np.stack([mean, FIGURE_SCALE / spread, weights], 1).round(5).tolist()
        result[kind] = {"text": text, "scales": SCALES, "figures": rows, "bias": round(float(model.intercept_[0]), 4)}
    return result


def far_from_positive(labels: np.ndarray) -> np.ndarray:
    """Which clauses are examples: positives, and what is not right beside one."""
    near = np.convolve(labels, np.ones(2 * NEAR + 1), "same") > 0 if len(labels) > 2 * NEAR else np.zeros_like(labels)
    return labels | ~near


def with_thresholds(table: dict[str, Any], kind: str, bar: float) -> TaskModel:
    """Return the model with its bar, its floor and its rank."""
    table |= {"bar": round(bar, 3), "floor": round(bar - FLOOR_BELOW[kind], 3), "per_hour": PER_HOUR[kind]}
    return TaskModel.parse(table)


def scores(model: TaskModel, meeting: Meeting) -> np.ndarray:
    """The score of every clause."""
    return np.array([model.score(meeting.rows, place) for place in range(len(meeting.rows.rows))])


def best_bar(found: list[tuple[Meeting, np.ndarray]], kind: str) -> float:
    """The score from which cited turns have the best F1, over meetings that hold any."""
    found = [(m, s) for m, s in found if m.truth(kind)]
    score = np.concatenate([s for _, s in found])
    label = np.concatenate([m.labels(kind) for m, _ in found])
    order = np.argsort(-score)
    hits = np.cumsum(label[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + sum(len(m.truth(kind)) for m, _ in found))
    return float(score[order[int(np.argmax(f1))]])


def listen(analyzer: EventAnalyzer, meeting: Meeting) -> list[Insight]:
    """What stands at the end of a meeting."""
    found: dict[str, Insight] = {}
    people = {turn.speaker for turn in meeting.turns}
    joined = [Joined(0.0, Participant(p, p)) for p in sorted(people)]
    for event in [*joined, *sorted(meeting.turns, key=lambda t: (t.time, t.id))]:
        found |= {insight.id: insight for insight in analyzer.feed(event)}
    found |= {insight.id: insight for insight in analyzer.flush()}
    return [insight for insight in found.values() if insight.state != "withdrawn"]


def cross_validate(meetings: list[Meeting], common: set[str], prepared: dict[str, Any]) -> dict[str, float]:
    """Print what the analyzers reach on series that the model was not fitted on; return the mean bar of each kind."""
    bars: dict[str, list[float]] = {kind: [] for kind in KINDS}
    series = sorted({m.series for m in meetings})
    np.random.default_rng(1).shuffle(series)
    folds = [set(series[i::6]) for i in range(6)]
    tables = [fit([m for m in meetings if m.series not in fold], common, prepared) for fold in folds]
    for kind in KINDS:
        models = [with_thresholds(table[kind], kind, 0.0) for table in tables]
        place = {m.name: next(i for i, fold in enumerate(folds) if m.series in fold) for m in meetings}
        kept = {m.name: scores(models[place[m.name]], m) for m in meetings}
        counts: dict[str, np.ndarray] = {"linked": np.zeros(7), "all": np.zeros(7)}
        for index, fold in enumerate(folds):
            bar = best_bar([(m, kept[m.name]) for m in meetings if m.series not in fold], kind)
            bars[kind].append(bar)
            model = with_thresholds(tables[index][kind], kind, bar)
            for meeting in (m for m in meetings if m.series in fold):
                analyzer = SiftedActions(None, model) if kind == "actions" else sifted_decisions(model)
                row = count(listen(analyzer, meeting), meeting, kind)
                counts["all"] += row
                counts["linked"] += row if meeting.truth(kind) else 0
        for name, total in counts.items():
            say(kind, name, summary(total))
    return {kind: float(np.mean(found)) for kind, found in bars.items()}


def count(found: list[Insight], meeting: Meeting, kind: str) -> np.ndarray:
    """Hits, cited, linked turns; right items, items; reference items found, reference items."""
    truth, cited = meeting.truth(kind), {turn for insight in found for turn in insight.evidence}
    items = meeting.linked[kind] if meeting.linked else []
    right = sum(bool(truth & set(insight.evidence)) for insight in found)
    reached = sum(bool(item & cited) for item in items)
    return np.array([len(truth & cited), len(cited), len(truth), right, len(found), reached, len(items)])


def summary(total: np.ndarray) -> str:
    """The figures of score_actions.py in one line."""
    hits, cited, truth, right, items, reached, wanted = total
    return (
        f"P {hits / max(cited, 1):.3f} R {hits / truth:.3f} F1 {2 * hits / (cited + truth):.3f} "
        f"item recall {reached / wanted:.3f} item precision {right / max(items, 1):.3f} items {items:.0f}"
    )


def say(*words: object) -> None:
    """Write a line at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "tasks.json")
    args = parser.parse_args()
    ami = [read(path) for path in sorted((args.data / "ami").glob("*.json.gz"))]
    qmsum = [read(path) for path in sorted((args.data / "qmsum").glob("*.json.gz"))]
    others = [m for m, c in ami if not c["scenario"]] + [m for m, c in qmsum if c["domain"].lower() != "product"]
    common = common_phrases(others)
    meetings = [m for m, _ in ami if m.linked]
    prepared = {
        m.name: {
            "phrases": [m.rows.phrases(place) for place in range(len(m.rows.rows))],
            "figures": np.array([m.rows.figures(place) for place in range(len(m.rows.rows))]),
        }
        for m in meetings
    }
    say(len(meetings), "meetings,", len(others), "on other subjects,", len(common), "common phrases")
    bars = cross_validate(meetings, common, prepared)
    tables = fit(meetings, common, prepared)
    for kind in KINDS:
        with_thresholds(tables[kind], kind, bars[kind])
        say(kind, "bar", bars[kind], "weights", sum(map(len, tables[kind]["text"])) + len(tables[kind]["figures"]))
    args.out.write_text(json.dumps(tables, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
