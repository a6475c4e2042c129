import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.errors import AgendaError
from voicemind.timeline.agenda import MAX_ITEMS, AgendaItem, parse_agenda


def only(line: str) -> AgendaItem:
    (item,) = parse_agenda(line)
    return item


@pytest.mark.parametrize(
    ("line", "title", "minutes", "owner"),
    [
        ("- Budget (10 min) @Maya", "Budget", 10, "Maya"),
        ("* Budget @Maya (10 min)", "Budget", 10, "Maya"),
        ("+ Budget", "Budget", None, None),
        ("• Budget (5')", "Budget", 5, None),
        ("1. Budget (1 minute)", "Budget", 1, None),
        ("12) Budget (2,5 mins.)", "Budget", 2.5, None),
        ("- [ ] Budget (90m)", "Budget", 90, None),
        ("- [x] Budget ( 5 MIN )", "Budget", 5, None),
        ("Budget (5′) @Anne-Marie", "Budget", 5, "Anne-Marie"),
        ("- Budget (draft)", "Budget (draft)", None, None),
        ("- Mail to info@example.org", "Mail to info@example.org", None, None),
        ("- Budget (10 min) of spring", "Budget of spring", 10, None),
        ("- Prüfung @Jörg", "Prüfung", None, "Jörg"),
        ("   -   Budget   talk  ", "Budget talk", None, None),
        ("- Budget (99999 min)", "Budget (99999 min)", None, None),
    ],
)
def test_one_line(line: str, title: str, minutes: float | None, owner: str | None) -> None:
    item = only(line)
    assert (item.title, item.minutes, item.owner) == (title, minutes, owner)


def test_items_are_numbered_in_their_order() -> None:
    assert [item.id for item in parse_agenda("- one\n- two\n- three")] == ["item-1", "item-2", "item-3"]


def test_where_there_is_a_list_only_the_list_counts() -> None:
    text = "# Planning\n\nWe meet at nine:\n\n- one\n- two\n\nBring coffee.\n"
    assert [item.title for item in parse_agenda(text)] == ["one", "two"]


def test_without_a_list_every_line_is_an_item() -> None:
    assert [item.title for item in parse_agenda("# Planning\none\r\ntwo\r\n")] == ["one", "two"]


def test_a_byte_order_mark_does_not_hide_the_first_item() -> None:
    assert [item.title for item in parse_agenda("\ufeff- one\n- two")] == ["one", "two"]


def test_rules_and_bare_marks_are_no_items() -> None:
    assert [item.title for item in parse_agenda("Planning\n---\n***\nBudget")] == ["Planning", "Budget"]


@pytest.mark.parametrize("text", ["", "\n \n", "# only a heading", "- \n-  \n", "- (10 min) @Maya", "---"])
def test_an_empty_agenda_says_how_to_write_one(text: str) -> None:
    with pytest.raises(AgendaError, match="one item a line"):
        parse_agenda(text)


def test_an_agenda_can_be_too_long() -> None:
    assert len(parse_agenda("- item\n" * MAX_ITEMS)) == MAX_ITEMS
    with pytest.raises(AgendaError, match="501 items"):
        parse_agenda("- item\n" * (MAX_ITEMS + 1))


def test_the_vector_is_no_part_of_an_items_identity() -> None:
    assert AgendaItem("a", "Budget", vector=(1.0,)) == AgendaItem("a", "Budget")


@given(st.text())
def test_any_text_gives_usable_items_or_a_clear_error(text: str) -> None:
    try:
        items = parse_agenda(text)
    except AgendaError:
        return
    assert len({item.id for item in items}) == len(items)
    for item in items:
        assert item.title == " ".join(item.title.split()) != ""
        assert item.minutes is None or math.isfinite(item.minutes)


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(["Budget", "of", "2026", "and", "Q&A"]), min_size=1, max_size=4).map(" ".join),
            st.none() | st.integers(0, 240),
            st.none() | st.sampled_from(["Maya", "Tom", "O'Neil"]),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_what_was_written_is_read_back(rows: list[tuple[str, int | None, str | None]]) -> None:
    text = "\n".join(
        f"- {title}{'' if minutes is None else f' ({minutes} min)'}{'' if owner is None else f' @{owner}'}"
        for title, minutes, owner in rows
    )
    assert [(item.title, item.minutes, item.owner) for item in parse_agenda(text)] == rows
