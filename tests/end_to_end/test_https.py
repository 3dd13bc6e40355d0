"""The pages in a network: HTTPS by an authority of the hub's own, or by files."""

import re
import ssl
import subprocess
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from kindstep import process, stores
from kindstep.folder import Folder
from kindstep.local_ca import LocalCa
from tests.brokers import free_pair

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def authority(tmp_path):
    made = LocalCa(tmp_path / "tls")
    made.ensure(["study.local", "10.1.2.3"], NOW)
    return made


def test_a_certificate_lasts_until_it_is_due_or_a_name_is_new(authority):
    ours, given = authority.certificate.read_bytes(), authority.host_certificate.read_bytes()

    authority.ensure(["10.1.2.3"], NOW + timedelta(days=366))
    assert authority.host_certificate.read_bytes() == given
    authority.ensure(["10.1.2.4"], NOW)
    again = authority.host_certificate.read_bytes()
    assert again != given
    authority.ensure(["10.1.2.4"], NOW + timedelta(days=368))
    assert authority.host_certificate.read_bytes() != again
    assert authority.certificate.read_bytes() == ours


def test_only_its_owner_reads_the_keys(authority):
    assert {path.name for path in authority.folder.iterdir()} == {
        "ca.crt",
        "ca.key",
        "host.crt",
        "host.key",
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in authority.folder.glob("*.key"))


def shake_hands(authority, name):
    """Let a client that trusts the authority alone connect to who shows its certificate."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(authority.host_certificate, authority.host_key)
    client = ssl.create_default_context(cafile=authority.certificate)
    come, go = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(come, go, server_hostname=name)
    theirs = server.wrap_bio(go, come, server_side=True)
    for side in (ours, theirs, ours):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


def test_it_vouches_for_this_network_and_for_nothing_else(tmp_path):
    authority = LocalCa(tmp_path / "tls")
    authority.ensure(["study.local", "10.1.2.3"])
    shake_hands(authority, "10.1.2.3")
    shake_hands(authority, "study.local")

    authority.ensure(["bank.example", "10.1.2.3"])
    with pytest.raises(ssl.SSLCertVerificationError, match="subtree"):
        shake_hands(authority, "10.1.2.3")


@pytest.fixture
def served(tmp_path):
    """Give the port of pages in a network, and what they said when they started."""
    folder, port = Folder(tmp_path / "data"), free_pair()  # they tell more on the next
    folder.make()
    stores.in_file(folder.store).close()
    path = tmp_path / "kindstep.toml"
    path.write_text(f'data = "{folder.root}"\n[web]\nport = {port}\nnames = ["study.local"]\n')
    command = process.web_command(path, lan=True)
    with process.child(command, stdout=subprocess.PIPE) as pages:
        said = "".join(pages.stdout.readline() for _ in range(3))
        give_up_s = time.monotonic() + 60
        while not (process.is_taken(port) and process.is_taken(port + 1)):
            assert pages.poll() is None
            assert time.monotonic() < give_up_s
            time.sleep(0.05)  # another process gives no event
        yield port, said


def test_a_phone_learns_to_trust_and_then_signs_in_by_https(served):
    port, said = served
    page = httpx.get(f"http://127.0.0.1:{port + 1}/").text
    certificate = httpx.get(f"http://127.0.0.1:{port + 1}/kindstep.crt").text
    shown = re.search(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", page)[0]
    assert shown in said
    assert f"https://study.local:{port}" in page
    assert f"https://study.local:{port}" in said

    trusting = ssl.create_default_context(cadata=certificate)
    answer = httpx.get(f"https://127.0.0.1:{port}/sign-in", verify=trusting)
    assert answer.status_code == 200
    assert answer.headers["strict-transport-security"].startswith("max-age=")
