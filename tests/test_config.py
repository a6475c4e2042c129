import pytest

from voicemind.config import parse_languages
from voicemind.errors import InputError


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], ("auto", (), ())),
        (["auto"], ("auto", (), ())),
        (["en"], ("en", (), ())),
        (["EN, de"], ("auto", ("en", "de"), ())),
        (["en", "Maya=de"], ("en", (), (("Maya", "de"),))),
        (["Maya Li=ja", "Jo=pt"], ("auto", (), (("Maya Li", "ja"), ("Jo", "pt")))),
    ],
)
def test_languages_are_one_several_or_a_participants(given: list[str], found: tuple[object, ...]) -> None:
    assert parse_languages(given) == found


@pytest.mark.parametrize("text", ["", "en,", "=de", "Maya=", "Maya=de,en"])
def test_what_says_no_language_is_bad_input(text: str) -> None:
    with pytest.raises(InputError, match="--language"):
        parse_languages([text])
