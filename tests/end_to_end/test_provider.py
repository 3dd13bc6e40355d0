"""Signing in by an organisation's accounts, against a provider in a process of its own."""

import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.testclient import TestClient

from kindstep import process
from tests import web_study
from tests.brokers import free_port
from tests.web_study import COACH, MAYA
from web.accounts.providers import Provider

OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def issuer():
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    issuer = f"http://127.0.0.1:{port}"
    with process.child(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        _wait_until_served(issuer)
        yield issuer


def _wait_until_served(issuer):
    deadline_s = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{issuer}/.well-known/openid-configuration").raise_for_status()
        except httpx.TransportError:
            assert time.monotonic() < deadline_s
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="module")
def face(tmp_path_factory, issuer):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    face.provider = Provider(issuer, "kindstep", "secret", "Lakeside Hospital")
    yield face
    face.store.close()


@pytest.fixture
def browser(face):
    with TestClient(
        face.app(), base_url="http://localhost", follow_redirects=False, headers=OURS
    ) as browser:
        yield browser


def come_back(browser, begin, subject, **changed):
    """Go to the provider, sign in there as somebody, and bring its word back."""
    there = browser.get(begin).headers["location"]
    answer = httpx.post(there, data={"sub": subject})
    brought = parse_qs(urlsplit(answer.headers["location"]).query)
    said = {key: values[0] for key, values in brought.items()} | changed
    return browser.get("/sign-in/provider/back", params=said)


def test_a_linked_account_signs_in_and_another_does_not(face, browser):
    browser.post(f"/in/{face.link(COACH, 'coach')}")
    assert "Lakeside Hospital" in browser.get("/account").text
    linked = come_back(browser, "/account/provider", "dana@lakeside")
    browser.cookies.clear()
    strange = come_back(browser, "/sign-in/provider", "mallory@lakeside")
    known = come_back(browser, "/sign-in/provider", "dana@lakeside")
    page = browser.get("/coach").status_code
    browser.post("/account/provider/forget")
    browser.cookies.clear()
    unlinked = come_back(browser, "/sign-in/provider", "dana@lakeside")

    assert linked.headers["location"] == "/account"
    assert (strange.status_code, "has linked that account" in strange.text) == (403, True)
    assert (known.headers["location"], page) == ("/coach", 200)
    assert unlinked.status_code == 403


def test_what_was_begun_elsewhere_or_is_made_up_opens_nothing(face, browser):
    face.accounts.linked.link(
        web_study.Actor(MAYA, web_study.Role.PARTICIPANT), face.provider.issuer, "maya"
    )
    for changed in ({"state": "made-up"}, {"code": "made-up"}, {"code": "", "state": ""}):
        assert come_back(browser, "/sign-in/provider", "maya", **changed).status_code == 403
    there = browser.get("/sign-in/provider").headers["location"]
    brought = httpx.post(there, data={"sub": "maya"}).headers["location"]
    said = urlsplit(brought).query
    browser.cookies.clear()  # the browser of another
    assert browser.get(f"/sign-in/provider/back?{said}").status_code == 403


def test_only_our_own_page_begins_to_link(face, browser):
    browser.post(f"/in/{face.link(MAYA, 'participant')}")
    elsewhere = browser.get("/account/provider", headers={"sec-fetch-site": "cross-site"})

    assert elsewhere.status_code == 404


def test_a_provider_that_is_away_is_said(face, browser):
    face.provider, kept = Provider("http://127.0.0.1:9", "x", "y", "z"), face.provider
    try:
        with TestClient(face.app(), base_url="http://localhost") as browser:
            answer = browser.get("/sign-in/provider")
    finally:
        face.provider = kept

    assert (answer.status_code, "begin again" in answer.text) == (403, True)
