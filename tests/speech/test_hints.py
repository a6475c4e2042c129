from voicemind.speech.hints import MOST, Hints, as_sentences, says_only
from voicemind.timeline.agenda import AgendaItem
from voicemind.timeline.event import Agenda, Joined, Participant, Tick


def test_glossary_names_and_agenda_come_in_this_order_and_once() -> None:
    hints = Hints(["Kubernetes", "maya", " Field  Notes "])
    hints.feed(Agenda(0.0, (AgendaItem("1", "Launch date"), AgendaItem("2", "Field notes"))))
    hints.feed(Joined(0.0, Participant("p1", "Maya")))
    hints.feed(Joined(1.0, Participant("p2", "Jean-Luc O'Neill")))
    hints.feed(Tick(2.0))

    assert hints.terms == ("Kubernetes", "maya", "Field Notes", "Jean-Luc O'Neill", "Launch date")


def test_a_new_name_and_a_new_agenda_replace_the_old_ones() -> None:
    hints = Hints()
    hints.feed(Joined(0.0, Participant("p1", "Guest")))
    hints.feed(Agenda(0.0, (AgendaItem("1", "Budget"),)))
    hints.feed(Joined(5.0, Participant("p1", "Tom")))
    hints.feed(Agenda(6.0, (AgendaItem("1", "Prices"),)))

    assert hints.terms == ("Tom", "Prices")


def test_labels_and_numbers_are_nobodys_name() -> None:
    hints = Hints()
    for number, name in enumerate(["SPEAKER_00", "Laptop 2", "p-17", "", "李娜", "Dr. Li"]):
        hints.feed(Joined(0.0, Participant(str(number), name)))

    assert hints.terms == ("李娜", "Dr. Li")


def test_they_stay_few() -> None:
    assert len(Hints([f"term{i}" for i in range(500)]).terms) == MOST
    assert Hints(["x" * 1000, "short"]).terms == ("short",)


def test_they_are_put_into_short_sentences() -> None:
    assert as_sentences(["Maya", "Tom", "Priya", "Launch date"]) == ["Maya, Tom, Priya.", "Launch date."]
    assert as_sentences([]) == []


def test_a_text_may_say_nothing_but_terms() -> None:
    terms = ("Maya", "Launch date")

    assert says_only("Maya, launch. Maya!", terms)
    assert says_only("", terms)
    assert not says_only("Maya launched it", terms)
