from voicemind.insight.acts import first, rule


def test_fillers_and_fronts_stand_before_the_phrase() -> None:
    rules = (rule("i will", 0.5),)
    act = first(rules, "Okay, so by Friday I will also send it.")
    assert act is not None
    assert (act.weight, act.what) == (0.5, "send it")


def test_vague_and_conditional_ones_weigh_less() -> None:
    rules = (rule("i will", 0.5),)
    vague, bound = first(rules, "Next time I will send it"), first(rules, "I will send it if they ask")
    assert vague is not None
    assert bound is not None
    assert vague.weight < bound.weight < 0.5


def test_nothing_fits() -> None:
    assert first((rule("i will", 0.5),), "She will send it") is None
