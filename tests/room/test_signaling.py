import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.room.offers import CHROME, offer, section
from voicemind.errors import InputError, SignalError
from voicemind.room.ice import IceServer
from voicemind.room.signaling import (
    FRAGMENT,
    MAX_BYTES,
    SDP,
    Offer,
    Session,
    created,
    ended,
    read_fragment,
    read_offer,
    trickled,
)

SESSION = Session("EsAw")
TRICKLE = (
    "a=ice-ufrag:EsAw\r\n"
    "a=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
    "a=mid:0\r\n"
    "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0\r\n"
    "a=candidate:3471623853 1 udp 2122194687 fe80-1.local 61765 typ host generation 0\r\n"
    "a=end-of-candidates\r\n"
)


def test_a_browsers_offer_is_understood() -> None:
    parsed = read_offer("application/sdp; charset=utf-8", CHROME.encode())
    assert (parsed.speaks, parsed.hears, parsed.ufrag) == ("0", "0", "EsAw")


def test_candidates_of_mdns_and_the_end_of_candidates_are_left_out() -> None:
    text = CHROME.replace("a=mid:0", "a=end-of-candidates\r\na=mid:0")
    cleaned = Offer.parse(text).sdp
    assert ".local" not in cleaned
    assert "end-of-candidates" not in cleaned
    assert cleaned.count("a=candidate") == 2
    assert len(cleaned.splitlines()) == len(CHROME.splitlines()) - 1


@pytest.mark.parametrize(
    ("directions", "speaks", "hears"),
    [
        (["sendonly"], "0", None),
        (["recvonly"], None, "0"),
        (["sendonly", "recvonly"], "0", "1"),
        (["inactive", "sendrecv"], "1", "1"),
    ],
)
def test_directions_say_which_section_is_for_what(directions: list[str], speaks: str, hears: str) -> None:
    parsed = Offer.parse(offer(*(section("audio", str(k), d) for k, d in enumerate(directions))))
    assert (parsed.speaks, parsed.hears) == (speaks, hears)


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("", 400, "no SDP"),
        ("hello, may I come in?", 400, "no SDP"),
        ("v=0\r\n" * 200_000, 413, "longer than"),
        ("v=0\r\n", 400, "0 media sections"),
        (CHROME.replace("m=audio", "m=audio x"), 400, "can be read"),
        (CHROME.replace("opus/48000/2", "speex/8000"), 400, "no Opus"),
        (CHROME.replace("a=rtcp-mux\r\n", ""), 400, "RTCP"),
        (CHROME.replace("a=ice-ufrag:EsAw\r\n", ""), 400, "ICE credentials"),
        (CHROME.replace("a=setup:actpass\r\n", ""), 400, "DTLS"),
        (CHROME.replace("a=mid:0\r\n", ""), 400, "a=mid"),
        (CHROME.replace("a=sendrecv", "a=inactive"), 400, "neither sends nor receives"),
        (offer(section("video", "0", "sendrecv")), 400, "no audio"),
        (offer(section("audio", "0", "sendrecv"), section("application", "1", "sendrecv")), 400, "data channel"),
        (offer(*(section("audio", str(k), "sendonly") for k in range(9))), 400, "9 media sections"),
        (
            offer(section("audio", "0", "sendonly"), section("audio", "1", "recvonly")).replace(
                "BUNDLE 0 1", "BUNDLE 0"
            ),
            400,
            "bundle",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_to_do(text: str, status: int, said: str) -> None:
    with pytest.raises(SignalError, match=said) as caught:
        read_offer(SDP, text.encode())
    assert caught.value.status == status
    assert isinstance(caught.value, InputError)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("kind", [None, "", "application/json", "text/plain"])
def test_another_content_type_is_refused(kind: str | None) -> None:
    with pytest.raises(SignalError, match="send application/sdp") as caught:
        read_offer(kind, CHROME.encode())
    assert caught.value.status == 415


@pytest.mark.parametrize(("body", "status"), [(b"\xff\xfe" * 20, 400), (b"x" * (MAX_BYTES + 1), 413)])
def test_a_body_that_is_no_text_is_refused(body: bytes, status: int) -> None:
    with pytest.raises(SignalError) as caught:
        read_offer(SDP, body)
    assert caught.value.status == status


lines = st.sampled_from(CHROME.splitlines())


@given(st.data())
def test_a_damaged_offer_is_answered_or_refused(data: st.DataObject) -> None:
    text = CHROME.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        change = data.draw(st.sampled_from(["drop", "cut", "swap", "insert"]))
        if change == "drop" and len(text) > 1:
            del text[at]
        elif change == "cut":
            text[at] = text[at][: data.draw(st.integers(0, len(text[at])))]
        elif change == "swap":
            text[at] = data.draw(lines)
        else:
            text.insert(at, data.draw(st.text(max_size=30)))
    try:
        parsed = Offer.parse("\r\n".join(text))
    except SignalError:
        return
    assert parsed.speaks or parsed.hears


def test_the_answer_says_where_the_session_is() -> None:
    session = Session("EsAw")
    reply = created(session, f"/whip/room/{session.id}", "v=0\r\n")
    assert (reply.status, reply.body) == (201, "v=0\r\n")
    assert reply.headers == {
        "Content-Type": "application/sdp",
        "Location": f"/whip/room/{session.id}",
        "ETag": session.etag,
        "Accept-Patch": FRAGMENT,
    }
    assert len(session.id) >= 20
    assert session.id != Session("EsAw").id
    assert session.etag.startswith('"')


def test_the_answer_names_stun_and_turn_servers() -> None:
    servers = [IceServer("stun:stun.example"), IceServer("turn:turn.example?transport=udp", "user", "secret")]
    assert created(SESSION, "/x", "", servers).headers["Link"] == (
        '<stun:stun.example>; rel="ice-server", '
        '<turn:turn.example?transport=udp>; rel="ice-server"; '
        'username="user"; credential="secret"; credential-type="password"'
    )


def test_candidates_that_come_later_are_read() -> None:
    fragment = read_fragment(SESSION, FRAGMENT, SESSION.etag, TRICKLE.encode())
    assert fragment.candidates == (("0", "1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0"),)
    assert trickled().status == 204
    assert ended().status == 200


@pytest.mark.parametrize(
    ("kind", "match", "body", "status"),
    [
        (SDP, SESSION.etag, TRICKLE, 415),
        (FRAGMENT, None, TRICKLE, 428),
        (FRAGMENT, '"another"', TRICKLE, 412),
        (FRAGMENT, "*", TRICKLE, 422),
        (FRAGMENT, SESSION.etag, TRICKLE.replace("EsAw", "new1"), 422),
        (FRAGMENT, SESSION.etag, "hello", 400),
        (FRAGMENT, SESSION.etag, "a=candidate:1 1 udp\r\n", 400),
        (FRAGMENT, SESSION.etag, "a=candidate:1 one udp 1 192.0.2.1 9 typ host\r\n", 400),
    ],
    ids=[
        "kind",
        "no match",
        "another",
        "any",
        "restart",
        "no fragment",
        "short",
        "no port",
    ],  # the etag is a new one each time
)
def test_fragments_that_cannot_be_taken_are_refused(kind: str, match: str | None, body: str, status: int) -> None:
    with pytest.raises(SignalError) as caught:
        read_fragment(SESSION, kind, match, body.encode())
    assert caught.value.status == status
