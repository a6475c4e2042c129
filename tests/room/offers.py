"""Offers as browsers make them."""

CANDIDATES = (
    "a=candidate:1 1 udp 2122260223 192.0.2.10 50000 typ host generation 0 network-id 1",
    "a=candidate:2 1 udp 2122194687 5ad4a3a6-3b7f-4a80-9a9f-0e6a1d1c7b11.local 50001 typ host generation 0",
    "a=candidate:3 1 tcp 1518280447 192.0.2.10 9 typ host tcptype active generation 0 network-id 1",
)


def section(kind: str, mid: str, direction: str, candidates: tuple[str, ...] = CANDIDATES) -> str:
    codecs = {
        "audio": (
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110",
            "a=rtpmap:111 opus/48000/2",
            "a=rtcp-fb:111 transport-cc",
            "a=fmtp:111 minptime=10;useinbandfec=1",
            "a=rtpmap:63 red/48000/2",
            "a=fmtp:63 111/111",
            "a=rtpmap:9 G722/8000",
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:8 PCMA/8000",
            "a=rtpmap:13 CN/8000",
            "a=rtpmap:110 telephone-event/48000",
            "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
            "a=ssrc:3735928559 cname:4TOk42mSjXCkVIa6",
        ),
        "video": ("m=video 9 UDP/TLS/RTP/SAVPF 96", "a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 nack pli"),
        "application": ("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=sctp-port:5000"),
    }[kind]
    lines = (
        codecs[0],
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        *candidates,
        "a=ice-ufrag:EsAw",
        "a=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y",
        "a=ice-options:trickle",
        "a=fingerprint:sha-256 "
        "DA:7B:57:DC:28:CE:04:4F:31:79:85:C4:31:67:EB:27:58:29:ED:77:2A:0D:24:AE:ED:AD:30:BC:BD:F1:9C:02",
        "a=setup:actpass",
        f"a=mid:{mid}",
        f"a={direction}",
        "a=rtcp-mux",
        *codecs[1:],
    )
    return "\r\n".join(lines) + "\r\n"


def offer(*sections: str) -> str:
    """An offer of these sections, bundled by the mids that they name."""
    mids = [line[6:] for text in sections for line in text.splitlines() if line.startswith("a=mid:")]
    head = (
        "v=0",
        "o=- 4962303333179871722 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {' '.join(mids)}",
        "a=msid-semantic: WMS *",
    )
    return "\r\n".join(head) + "\r\n" + "".join(sections)


CHROME = offer(section("audio", "0", "sendrecv"))
