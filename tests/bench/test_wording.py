from voicemind.bench.wording import normalised, word_errors


def test_words_have_one_spelling() -> None:
    assert normalised("Mr. Smith's colour, twenty-nine dollars") == "mister smith is color $29"


def test_errors_are_counted_in_words() -> None:
    assert word_errors("a b c", "a x c d") == 2
    assert word_errors("", "a b") == 2
    assert word_errors("a b", "") == 2
