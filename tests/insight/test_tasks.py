import datetime

from voicemind.insight.acts import Act
from voicemind.insight.clauses import Clause
from voicemind.insight.commitments import commitment
from voicemind.insight.people import Roster
from voicemind.insight.tasks import Task, TaskReader
from voicemind.timeline.event import Participant
from voicemind.timeline.segment import Segment


def clause(text: str, index: int = 0, speaker: str = "tom") -> Clause:
    return Clause(text, speaker, Segment(2.0 * index, 2.0 * index + 1), (f"t{index}",), 0)


def reader() -> TaskReader:
    roster = Roster()
    roster.add(Participant("priya", "Priya"))
    return TaskReader(datetime.date(2026, 3, 9), roster)


def read(text: str) -> Task:
    act = commitment(text)
    assert act is not None
    task = reader().read(act, clause(text))
    assert task is not None
    return task


def test_a_date_adds_weight() -> None:
    dated, plain = read("I will send the list by Friday"), read("I will send the list")
    assert dated.due == datetime.date(2026, 3, 13)
    assert plain.due is None
    assert dated.weight > plain.weight
    assert dated.stems == plain.stems


def test_talk_is_no_task() -> None:
    assert reader().read(Act(0.45, "be late"), clause("I will be late")) is None


def test_who_is_spoken_to_is_left_out() -> None:
    task = reader().read(Act(0.3, "send the list, Priya"), clause("Could you send the list, Priya?"))
    assert task is not None
    assert task.text == "Send the list"


def test_referring() -> None:
    assert read("I will set that up by Tuesday").referring
    assert read("I will ask him").referring
    assert not read("I will send that file to legal").referring


def test_antecedent_is_quoted() -> None:
    task = read("I will set that up by Tuesday")
    said = [clause("We had nine crashes", 0), clause("I want a real crash dashboard with alerts", 1)]
    told = reader().explanation(task, clause("I will set that up by Tuesday", 2), said)
    explained = reader().explained(task, told)
    assert explained.text == "Set that up by Tuesday — “I want a real crash dashboard with alerts”"
    assert explained.evidence == ("t1",)
    assert not explained.referring


def test_a_single_word_is_explained_by_who_used_it() -> None:
    task = read("I will fix the numbers today")
    said = [clause("The numbers on the tariff page are old", 0), clause("Uh-huh", 1)]
    assert reader().explanation(task, clause("I will fix the numbers today", 2), said) == said[:1]


def test_nothing_explains_what_was_said_too_long_ago() -> None:
    task = read("I will set that up")
    late = Clause("I will set that up", "tom", Segment(60, 62), ("t9",), 0)
    assert reader().explanation(task, late, [clause("I want a real crash dashboard", 0)]) == []
    assert reader().explained(task, []).weight < task.weight
