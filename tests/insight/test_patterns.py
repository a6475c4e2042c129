from voicemind.insight.patterns import anywhere, either, listed, opening


def test_either_takes_phrases_with_any_space_and_apostrophe() -> None:
    pattern = anywhere("don't bother | never mind")
    assert pattern.search("Oh, don’t  bother.")
    assert pattern.search("NEVER\nMIND")
    assert not pattern.search("never minding")


def test_alternatives_inside_a_phrase() -> None:
    assert either("a (?:b|c) | d") == r"(?:a\s+(?:b|c)|d)"


def test_opening_skips_words() -> None:
    pattern = opening("leave it", "oh | no")
    assert pattern.match("Oh, no, leave it.")
    assert not pattern.match("I leave it.")
    assert not opening("leave it").match("no leave it")


def test_listed() -> None:
    assert listed("one two\n three") == ["one", "two", "three"]
