import pytest

from voicemind.server.bodies import attachment, json_bytes, knows


@pytest.mark.parametrize(
    ("named", "same"),
    [('"a"', True), ('W/"a"', True), ('"b", W/"a"', True), ("*", True), ('"b"', False), ("", False), ("a", False)],
)
def test_weak_and_strong_etags_are_the_same(named: str, same: bool) -> None:
    assert knows(named, 'W/"a"') is knows(named, '"a"') is same


def test_json_may_hold_any_text_but_no_nan() -> None:
    assert json_bytes({"a": "Größe 🚆 \ud800"}) == '{"a":"Größe 🚆 ?"}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        json_bytes(float("nan"))


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("weekly.md", "attachment; filename=\"weekly.md\"; filename*=UTF-8''weekly.md"),
        ("März.md", "attachment; filename=\"M_rz.md\"; filename*=UTF-8''M%C3%A4rz.md"),
        ('a"b\r\nX: y/z.md', "attachment; filename=\"a_b__X_ y_z.md\"; filename*=UTF-8''a%22b%0D%0AX%3A%20y%2Fz.md"),
    ],
)
def test_a_file_name_cannot_break_out_of_its_header(name: str, header: str) -> None:
    assert attachment(name) == header
    header.encode("latin-1")
