import voicemind


def test_the_public_names() -> None:
    assert voicemind.__all__ == [
        "AgendaItem",
        "Annotation",
        "AudioFrame",
        "Config",
        "Insight",
        "Meeting",
        "Minutes",
        "Pipeline",
        "Segment",
        "Transcript",
        "Turn",
        "VoicemindError",
        "Word",
        "parse_agenda",
        "replay",
        "standard_analyzers",
    ]
    for name in voicemind.__all__:
        assert getattr(voicemind, name).__name__ == name
    assert set(voicemind.__all__) <= set(dir(voicemind))


def test_a_name_that_there_is_not_is_an_attribute_error() -> None:
    assert not hasattr(voicemind, "Bot")
