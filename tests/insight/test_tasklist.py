import datetime
from collections import deque

from voicemind.insight.clauses import Clause
from voicemind.insight.ledger import Entry
from voicemind.insight.people import Roster
from voicemind.insight.phrases import content
from voicemind.insight.tasklist import TaskList
from voicemind.insight.tasks import Task, TaskReader
from voicemind.timeline.segment import Segment


def clause(text: str, at: float, speaker: str = "tom") -> Clause:
    return Clause(text, speaker, Segment(at, at + 1), (f"t{at:.0f}",), 0)


def task(text: str, weight: float = 0.7, due: datetime.date | None = None) -> Task:
    stems = frozenset(content(text))
    return Task(text, stems, weight, due, referring=False, named=stems)


def tasklist() -> TaskList:
    return TaskList(TaskReader(datetime.date(2026, 3, 9), Roster()), deque())


def only(entries: list[Entry]) -> Entry:
    (entry,) = entries
    return entry


def test_a_task_that_is_not_sure_enough_waits_for_a_yes() -> None:
    tasks = tasklist()
    assert tasks.enter(task("Send list traces", 0.3), clause("I can send the list", 1), "tom") == []
    assert tasks.welcome(clause("I can go on", 2)) == []  # not the speaker's own
    entry = only(tasks.welcome(clause("That would help a lot", 3, "maya")))
    assert (entry.owner, entry.id) == ("tom", "action:t1")


def test_or_for_a_date() -> None:
    tasks = tasklist()
    tasks.enter(task("Make offer writing", 0.3), clause("I'll make them the offer", 1), "tom")
    assert only(tasks.date(clause("Let's say by Wednesday.", 3))).due == datetime.date(2026, 3, 11)


def test_another_date_counts_at_once_only() -> None:
    history: deque[Clause] = deque()
    tasks = TaskList(TaskReader(datetime.date(2026, 3, 9), Roster()), history)
    said = clause("I will check the links", 1)
    tasks.enter(task("Check links tomorrow", due=datetime.date(2026, 3, 10)), said, "tom")
    history.append(said)
    history.extend(clause(text, at, "maya") for at, text in ((3, "Good."), (5, "When do we go live?"), (7, "In May?")))
    assert tasks.date(clause("I would rather take Monday.", 9, "ana")) == []
    history.pop()
    assert only(tasks.date(clause("I would rather take Monday.", 9, "ana"))).due == datetime.date(2026, 3, 16)


def test_another_mention_is_merged() -> None:
    tasks = tasklist()
    first = only(tasks.enter(task("Finish new screens"), clause("I will finish", 1), "priya"))
    second = only(tasks.enter(task("Finish screens"), clause("Priya finishes", 5, "maya"), "priya"))
    assert second.id == first.id


def test_the_same_task_of_two_people_goes_to_the_second() -> None:
    tasks = tasklist()
    tasks.enter(task("Call vineyard Monday"), clause("I will call the vineyard", 1), "jonas")
    entries = tasks.enter(task("Call vineyard"), clause("Felix calls the vineyard instead", 5), "felix")
    assert [(e.owner, e.state) for e in entries] == [("jonas", "withdrawn"), ("felix", "open")]


def test_take_back_needs_to_be_near_or_named() -> None:
    tasks = tasklist()
    tasks.enter(task("write survey parents"), clause("I will write the survey", 1), "tom")
    assert tasks.take_back(clause("Never mind", 90)) == []
    assert only(tasks.take_back_named(clause("We don't need the survey", 91))).state == "withdrawn"


def test_handed_to() -> None:
    assert tasklist().handed_to("Oh, let Felix do that") == "Felix"
    assert tasklist().handed_to("Give that to Ida") == "Ida"
    assert tasklist().handed_to("Let me do that") is None
