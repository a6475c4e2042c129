from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.server.visits import Visits
from voicemind.config import ServeConfig
from voicemind.server.app import Parts, create_app
from voicemind.server.pages import Bundle


@pytest.mark.parametrize("path", ["/", "/r/weekly", "/r/weekly?token=t", "/replay/0123"])
def test_one_page_is_at_all_its_addresses(visits: Visits, path: str) -> None:
    response = visits.client.get(path)
    assert "the page" in response.text
    assert response.headers["cache-control"] == "no-cache"
    assert visits.client.get(path, headers={"If-None-Match": response.headers["etag"]}).status_code == 304


def test_what_is_named_after_its_content_is_kept_for_ever(visits: Visits) -> None:
    script = visits.client.get("/assets/index-BRPOqieP.js", headers={"Accept-Encoding": "identity"})
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "content-encoding" not in script.headers
    packed = visits.client.get("/assets/index-BRPOqieP.js", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert int(packed.headers["content-length"]) < len(script.content) / 5
    assert packed.text == script.text
    icon = visits.client.get("/favicon.svg")
    assert (icon.headers["cache-control"], icon.headers["content-type"]) == ("no-cache", "image/svg+xml")


def test_a_new_build_is_served_at_once(visits: Visits, bundle: Path) -> None:
    before = visits.client.get("/")
    (bundle / "index.html").write_text("<!doctype html><p>built anew")
    after = visits.client.get("/", headers={"If-None-Match": before.headers["etag"]})
    assert "built anew" in after.text


@pytest.mark.parametrize(
    "path", ["/assets", "/assets/", "/missing.js", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/a%00b", "/" + "x" * 5000]
)
def test_nothing_outside_of_the_bundle_is_served(visits: Visits, bundle: Path, path: str) -> None:
    (bundle.parent / "secret.txt").write_text("secret")
    response = visits.client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_a_link_out_of_the_bundle_is_not_followed(visits: Visits, bundle: Path) -> None:
    (bundle.parent / "secret.txt").write_text("secret")
    (bundle / "link.txt").symlink_to(bundle.parent / "secret.txt")
    assert visits.client.get("/link.txt").status_code == 404


def test_a_page_that_is_not_built_says_how_to_build_it(config: ServeConfig, parts: Parts, tmp_path: Path) -> None:
    with TestClient(create_app(config, replace(parts, bundle=Bundle(tmp_path / "none")))) as client:
        response = client.get("/")
        assert response.status_code == 503
        assert "npm run build" in response.text
        assert client.get("/healthz").status_code == 200


def test_where_nobody_vouches_for_the_certificate_there_is_no_service_worker(
    config: ServeConfig, parts: Parts, tmp_path: Path
) -> None:
    for name in ("index.html", "service_worker.js"):
        (tmp_path / name).write_text("a file")
    pem = tmp_path / "pem"
    for tls, certificate, status in ((False, None, 200), (True, None, 204), (True, (pem, pem), 200)):
        settings = replace(config, tls=tls, certificate=certificate)
        with TestClient(create_app(settings, replace(parts, bundle=Bundle(tmp_path)))) as client:
            assert client.head("/service_worker.js").status_code == status
            assert client.get("/").status_code == 200
