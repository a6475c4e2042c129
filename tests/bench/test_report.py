from voicemind.bench.report import Report

REPORT = Report(
    "voicemind bench asr x.tsv",
    [{"id": "a", "wer": 0.12345, "model": "tiny.en"}, {"id": "bb", "wer": 0.0, "model": None}],
    {"offline": {"wer": 0.25, "model": "tiny.en", "more": 1}},
)


def test_a_table_has_a_line_a_row_and_the_peers_below() -> None:
    lines = REPORT.table().splitlines()

    assert lines[0].split() == ["id", "wer", "model"]
    assert lines[1].split() == ["a", "0.123", "tiny.en"]
    assert lines[2].split() == ["bb", "0.000"]
    assert lines[3].split() == ["offline", "0.250", "tiny.en"]


def test_the_json_has_what_its_contract_says() -> None:
    found = REPORT.to_dict()

    assert set(found) == {"command", "machine", "date", "rows", "peers"}
    assert found["rows"][0]["wer"] == 0.12345
    assert found["peers"]["offline"]["more"] == 1
