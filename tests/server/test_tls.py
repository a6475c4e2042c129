import datetime
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

from voicemind.errors import InputError
from voicemind.server import tls
from voicemind.server.tls import check_certificate, own_addresses, own_certificate, own_names


def alternatives(certificate: Path) -> x509.SubjectAlternativeName:
    known = x509.load_pem_x509_certificate(certificate.read_bytes())
    return known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def test_a_certificate_is_for_this_machine_by_every_name_and_address(tmp_path: Path) -> None:
    certificate, key = own_certificate(tmp_path / "data")
    names = alternatives(certificate)
    assert {"localhost", *own_names()} == set(names.get_values_for_type(x509.DNSName))
    addresses = set(map(str, names.get_values_for_type(x509.IPAddress)))
    assert {"127.0.0.1", "::1"} <= addresses == set(own_addresses())
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)


def test_a_certificate_is_kept_as_long_as_it_is_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = own_certificate(tmp_path)
    before = certificate.read_bytes()
    assert own_certificate(tmp_path) == (certificate, key)
    assert certificate.read_bytes() == before
    monkeypatch.setattr(tls, "own_addresses", lambda: ["127.0.0.1", "192.0.2.7"])
    own_certificate(tmp_path)
    assert certificate.read_bytes() != before
    assert "192.0.2.7" in map(str, alternatives(certificate).get_values_for_type(x509.IPAddress))


def test_a_certificate_that_runs_out_or_does_not_fit_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "DAYS", tls.RENEW - 1)
    certificate, key = own_certificate(tmp_path)
    monkeypatch.undo()
    own_certificate(tmp_path)
    end = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    assert end - datetime.datetime.now(datetime.UTC) > datetime.timedelta(days=300)
    key.write_text("no key")
    own_certificate(tmp_path)
    check_certificate(certificate, key)


def test_a_folder_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be kept"):
        own_certificate(tmp_path / "file")


def test_a_certificate_that_is_given_is_checked(tmp_path: Path) -> None:
    certificate, key = own_certificate(tmp_path / "one")
    _, other = own_certificate(tmp_path / "other")
    check_certificate(certificate, key)
    with pytest.raises(InputError, match="no such file"):
        check_certificate(tmp_path / "missing.pem", key)
    with pytest.raises(InputError, match="no certificate and its key"):
        check_certificate(certificate, other)
    with pytest.raises(InputError, match="no certificate and its key"):
        check_certificate(key, certificate)
