from voicemind.timeline.insight import FIGURES, Insight
from voicemind.timeline.segment import Segment


def test_the_id_is_kind_and_first_evidence() -> None:
    assert Insight("action", Segment(1, 2), "call them", evidence=("turn-3", "turn-4")).id == "action:turn-3"


def test_without_evidence_the_id_is_kind_and_start() -> None:
    assert Insight("silent", Segment(1, 2), "Priya").id == "silent:1.00"


def test_an_id_of_its_own_stays() -> None:
    assert Insight("balance", Segment(1, 2), "", evidence=("turn-3",), id="balance").id == "balance"


def test_is_open_and_not_yet_shown_at_first() -> None:
    insight = Insight("decision", Segment(1, 2), "yes")
    assert insight.state == "open"
    assert insight.shown is None
    assert insight.confidence == 1.0
    assert dict(insight.data) == {}


def test_two_insights_do_not_share_their_data() -> None:
    assert Insight("heat", Segment(1, 2), "").data is not Insight("heat", Segment(1, 2), "").data


def test_what_people_act_on_is_no_figure() -> None:
    assert not FIGURES & {
        "dominance",
        "silent",
        "drift",
        "avoided",
        "heat",
        "action",
        "decision",
        "question",
        "summary",
    }


def test_a_tentative_insight_says_so() -> None:
    assert Insight("decision", Segment(0, 1), "Red", data={"tentative": True}).tentative
    assert not Insight("decision", Segment(0, 1), "Red").tentative
