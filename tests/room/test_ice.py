import logging

import pytest
from aiortc import RTCPeerConnection

from voicemind.errors import InputError
from voicemind.room.ice import LOOPBACK, IceConfig, IceServer, announce, prepare

ANSWER = (
    "v=0\r\n"
    "m=audio 40001 UDP/TLS/RTP/SAVPF 111\r\n"
    "c=IN IP4 10.0.0.5\r\n"
    "a=candidate:f1 1 udp 2130706431 10.0.0.5 40001 typ host\r\n"
    "a=candidate:f2 1 udp 2130706431 172.17.0.1 40002 typ host\r\n"
    "a=candidate:f3 1 udp 2130706431 fd00::2 40003 typ host\r\n"
    "a=candidate:f4 1 udp 16777215 198.51.100.1 3478 typ relay raddr 10.0.0.5 rport 40001\r\n"
    "a=end-of-candidates\r\n"
)


def candidates(sdp: str) -> list[str]:
    return [" ".join(line.split()[4:6]) for line in sdp.splitlines() if line.startswith("a=candidate")]


def test_without_addresses_the_answer_stays() -> None:
    assert announce(ANSWER, ()) == ANSWER


def test_an_address_of_this_machine_is_the_only_host_told() -> None:
    told = announce(ANSWER, ["10.0.0.5"])
    assert candidates(told) == ["10.0.0.5 40001", "198.51.100.1 3478"]
    assert told.endswith("a=end-of-candidates\r\n")


def test_a_public_address_stands_for_every_port() -> None:
    assert candidates(announce(ANSWER, ["203.0.113.7"])) == [
        "203.0.113.7 40001",
        "203.0.113.7 40002",
        "198.51.100.1 3478",
    ]


def test_own_and_foreign_addresses_of_both_families() -> None:
    assert candidates(announce(ANSWER, ["172.17.0.1", "2001:db8::7"])) == [
        "172.17.0.1 40002",
        "2001:db8::7 40003",
        "198.51.100.1 3478",
    ]


def test_an_address_of_a_family_that_is_not_there_is_said(caplog: pytest.LogCaptureFixture) -> None:
    only_v4 = "\r\n".join(line for line in ANSWER.splitlines() if "fd00" not in line) + "\r\n"
    with caplog.at_level(logging.WARNING):
        assert announce(only_v4, ["2001:db8::7"]) == only_v4
    assert "family" in caplog.text


def test_a_name_is_no_address() -> None:
    with pytest.raises(InputError, match=r"'voice\.example' is no IP address"):
        IceConfig(listen=("voice.example",))
    with pytest.raises(InputError, match="'999' is no IP address"):
        IceConfig(announce=("192.0.2.7", "999"))


def test_servers_are_passed_on_and_none_is_asked_by_default() -> None:
    assert IceConfig().rtc().iceServers == []
    server = IceServer("turn:turn.example:3478?transport=tcp", "user", "secret")
    (passed,) = IceConfig(servers=(server,)).rtc().iceServers or []
    assert (passed.urls, passed.username, passed.credential) == (server.url, "user", "secret")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("wanted", "found", "used"),
    [(["127.0.0.1"], ["192.0.2.1"], ["127.0.0.1"]), ([], [], [LOOPBACK]), ([], ["127.0.0.1"], ["127.0.0.1"])],
)
async def test_candidates_are_gathered_where_wanted(
    monkeypatch: pytest.MonkeyPatch, wanted: list[str], found: list[str], used: list[str]
) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: found)
    connection = RTCPeerConnection(IceConfig().rtc())
    transport = connection.addTransceiver("audio").receiver.transport.transport
    prepare(transport, wanted)
    try:
        await connection.setLocalDescription(await connection.createOffer())
        assert [candidate.ip for candidate in transport.iceGatherer.getLocalCandidates()] == used
    finally:
        await connection.close()
