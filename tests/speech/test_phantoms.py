import pytest

from voicemind.speech.phantoms import PHANTOMS, is_credit, is_phantom


@pytest.mark.parametrize(("language", "phrase"), [(k, p) for k, phrases in PHANTOMS.items() for p in phrases])
def test_each_is_known_alone_and_not_inside_a_sentence(language: str, phrase: str) -> None:
    assert is_phantom(f"{phrase.capitalize()}.", language)
    assert is_phantom(f"{phrase}! {phrase}!", language)
    assert not is_phantom(f"{phrase} Marta 17", language)


def test_english_ones_are_known_everywhere_and_others_at_home() -> None:
    assert is_phantom("Thank you.", "ja")
    assert is_phantom("Grazie.", "it")
    assert not is_phantom("Grazie.", "de")
    assert not is_phantom("", "en")


@pytest.mark.parametrize(
    "text", ["Subtitles by the Amara.org community", "Untertitel der ZDF", "字幕志愿者 李宗盛", "www.example.com"]
)
def test_credits_are_told(text: str) -> None:
    assert is_credit(text)


def test_talk_is_no_credit() -> None:
    assert not is_credit("We should caption the figures by Friday.")
