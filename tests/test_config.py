from dataclasses import replace
from pathlib import Path

import pytest

from voicemind.config import Config, SpeechConfig, parse_languages, read_glossary
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


def test_settings_go_to_another_process_and_back_without_the_key() -> None:
    speech = SpeechConfig(
        interim_interval=None, candidates=("en", "de"), spoken=(("Maya", "de"),), glossary=("Northgate",)
    )
    config = Config(model="base", asr="openai", asr_url="http://x/v1", asr_key="secret", speakers=3, speech=speech)

    text = config.to_json()

    assert "secret" not in text
    assert Config.from_json(text) == replace(config, asr_key="")


def test_a_glossary_is_a_term_a_line(tmp_path: Path) -> None:
    file = tmp_path / "terms.txt"
    file.write_text("\ufeff# products\nField Notes\n\n  Northgate \n", encoding="utf-8")
    assert read_glossary(file) == ("Field Notes", "Northgate")

    file.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not text in UTF-8"):
        read_glossary(file)
    with pytest.raises(InputError, match="cannot be read"):
        read_glossary(tmp_path)
