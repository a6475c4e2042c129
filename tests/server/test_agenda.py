import pytest
from starlette.exceptions import HTTPException

from voicemind.errors import AgendaError
from voicemind.server.agenda import MAX_TEXT, read_agenda
from voicemind.timeline.agenda import AgendaItem


@pytest.mark.parametrize("nothing", [None, "", " \n ", []])
def test_there_need_not_be_an_agenda(nothing: object) -> None:
    assert read_agenda(nothing) == ()


def test_text_and_list_say_the_same() -> None:
    expected = (AgendaItem("item-1", "Budget", 10.0, "Maya"), AgendaItem("item-2", "Hiring"))
    assert read_agenda("- Budget (10 min) @Maya\n- Hiring") == expected
    assert read_agenda(["Budget (10 min) @Maya", "Hiring"]) == expected
    assert (
        read_agenda([{"title": "Budget", "minutes": 10, "owner": "Maya"}, {"title": " Hiring ", "more": 1}]) == expected
    )


def test_an_item_in_a_list_is_one_item_whatever_it_holds() -> None:
    assert [item.title for item in read_agenda(["Budget\n- and this"])] == ["Budget - and this"]


@pytest.mark.parametrize("bad", [5, {"title": "x"}, [5], [{"minutes": 5}], ["x"] * 501, "x" * (MAX_TEXT + 1)])
def test_what_is_no_agenda_is_refused(bad: object) -> None:
    with pytest.raises(HTTPException, match="422"):
        read_agenda(bad)


@pytest.mark.parametrize("bad", ["# only a heading", ["   "], ["---"]])
def test_an_agenda_without_an_item_is_refused(bad: object) -> None:
    with pytest.raises(AgendaError, match="empty"):
        read_agenda(bad)
