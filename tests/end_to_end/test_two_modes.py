"""Pages by HTTPS and without, each at its own origin: what works, and what is named as off."""

import base64
import hashlib
import json

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import expect, sync_playwright

from kindstep.local_ca import LocalCa
from tests import web_study
from tests.browsing import FLAGS, PHONE, faults, unfold
from tests.cable import Cable
from tests.web_study import AMARA, FARID, JON, OPERATOR

pytestmark = pytest.mark.browser

NAME = "study.test"  # which no browser trusts without HTTPS
AWAY = ("ERR_", "Failed to fetch")  # what a browser says when nobody answers
GOOD = "wicker lamp on tuesday"
PUSH_KEY = f"B{'A' * 86}"  # a page with one offers to subscribe
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}
#: `heard` is what the browser has shown: without a screen its own list forgets that soon.
LISTEN = """() => {
  const show = registration.showNotification.bind(registration);
  self.heard = new Promise((hear, fail) => {
    registration.showNotification = (title, how) =>
      show(title, how).then(() => hear([title, how.body, how.tag]), fail);
  });
}"""
#: The browser says that it leaves out a header without HTTPS.
LEFT_OUT = ("Cross-Origin-Opener-Policy",)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = LocalCa(tmp_path_factory.mktemp("authority"))
    made.ensure([NAME])
    return made


@pytest.fixture(scope="module")
def chromium(server, authority):
    """Give a browser on which the authority is installed."""
    key = x509.load_pem_x509_certificate(authority.host_certificate.read_bytes()).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(spki).digest()).decode()
    flags = [*FLAGS, f"--ignore-certificate-errors-spki-list={pin}"]
    path = server("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def plain(study):
    return study[1].replace("localhost", NAME)


@pytest.fixture(scope="module")
def secure(study, authority):
    face = study[0]
    face.push_key = PUSH_KEY
    with web_study.serving(face, authority) as address:
        yield address.replace("localhost", NAME)


def test_by_https_a_passkey_signs_in_and_one_that_is_forgotten_does_not(visit, secure):
    page = visit(
        JON,
        "participant",
        "/account",
        address=secure,
        is_live=False,
        forgiven=["status of 403"],
        **PHONE,
    )
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    assert [each["name"] for each in page.context.cookies()] == ["__Host-kindstep"]

    page.get_by_role("button", name="Make a passkey on this device").tap()
    expect(page.get_by_text("made just now")).to_be_visible()
    made = page.locator("input[name=handle]").first.input_value()
    for is_known in (True, False):
        page.context.clear_cookies()
        page.goto(f"{secure}/sign-in")
        with page.expect_request("**/sign-in/passkey") as signing:
            page.get_by_role("button", name="Use a passkey").tap()
        if is_known:
            signed = signing.value
            expect(page.locator("#link")).to_have_text("Live")
            page.goto(f"{secure}/account")
            assert page.locator("input[name=handle]").first.input_value() == made
            page.get_by_role("button", name="Forget").tap()
            expect(page.get_by_role("button", name="Forget")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_text("That passkey is not known here.")
    again = page.evaluate(
        """([path, body]) => fetch(path, {method: 'POST', body,
             headers: {'content-type': 'application/json'}}).then(answer => answer.status)""",
        [signed.url, signed.post_data],
    )
    assert again == 403


def test_by_https_a_push_is_shown_and_acknowledged(visit, secure):
    how = {"permissions": ["notifications"], **PHONE}
    page = visit(FARID, "participant", "/me", address=secure, **how)
    devtools = page.context.new_cdp_session(page)
    workers = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda news: workers.extend(news["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.reload()
    told = unfold(page, "How you are told")
    expect(told.get_by_role("button", name="Notify me on this browser")).to_be_visible()
    expect(page.locator("[data-insecure]")).to_be_hidden()

    (worker,) = page.context.service_workers
    worker.evaluate(LISTEN)
    said = json.dumps({"tag": "t-1", "text": "A message waits for you."})
    with page.context.expect_event("request", lambda asked: "/push/t-1/received" in asked.url):
        devtools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": secure,
                "registrationId": workers[0]["registrationId"],
                "data": said,
            },
        )
    assert worker.evaluate("heard") == ["kindstep", "A message waits for you.", "t-1"]


def test_by_https_the_page_can_be_installed(visit, secure):
    page = visit(FARID, "participant", address=secure, **PHONE)
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    devtools = page.context.new_cdp_session(page)

    assert devtools.send("Page.getAppManifest")["errors"] == []
    against = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [each["errorId"] for each in against] == ["in-incognito"]  # as tests are


def test_behind_a_proxy_that_speaks_https_all_is_as_by_https(study):
    face, home = study
    told = {
        "x-forwarded-proto": "https",
        "host": "study.example",
        "sec-fetch-site": "same-origin",
    }
    with httpx.Client(base_url=home, headers=told) as browser:
        entered = browser.post(f"/in/{face.link(OPERATOR, 'operator')}")
        (session,) = (each for each in browser.cookies.jar if each.name == "__Host-kindstep")
        heads = {"cookie": f"{session.name}={session.value}"}
        shown = browser.post("/operator/links", data={"person": JON}, headers=heads).text

    assert "Secure" in entered.headers["set-cookie"]
    assert entered.headers["strict-transport-security"].startswith("max-age=")
    assert "https://study.example/in/" in shown


def test_by_https_the_page_opens_without_a_connection(visit, secure):
    cable = Cable(int(secure.rpartition(":")[2]))
    try:
        address = f"https://{NAME}:{cable.port}"
        page = visit(FARID, "participant", address=address, forgiven=AWAY, **PHONE)
        page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        page.reload()  # from now on the page is kept
        expect(page.locator("#link")).to_have_text("Live")
        steps = page.locator("[data-show=steps]").inner_text()
        cable.pull()
        page.reload()
        expect(page.locator("#link")).to_contain_text("Offline since")
        expect(page.locator("[data-show=steps]")).to_have_text(steps)
    finally:
        cable.close()


def test_without_https_a_link_and_a_password_sign_in_and_the_page_names_what_is_off(
    visit, plain
):
    phone = visit(AMARA, "participant", "/me", address=plain, forgiven=LEFT_OUT, **PHONE)
    off = phone.get_by_role("region", name="Off at this address")
    for what in ("passkey", "notifications", "installing", "without a connection"):
        expect(off).to_contain_text(what)
    expect(phone.get_by_role("button", name="Notify me on this browser")).to_have_count(0)
    assert faults(phone) == []
    assert not phone.evaluate("'serviceWorker' in navigator")

    phone.goto(f"{plain}/account")
    expect(phone.get_by_text("Off here: passkeys need HTTPS")).to_be_visible()
    expect(phone.get_by_role("button", name="Make a passkey on this device")).to_be_hidden()
    phone.get_by_label("User name").fill("amara")
    phone.get_by_label("New password").fill(GOOD)
    phone.get_by_role("button", name="Save").first.tap()
    expect(phone.get_by_role("heading", name="Recovery codes, shown once")).to_be_visible()
    phone.context.clear_cookies()
    phone.goto(f"{plain}/sign-in")
    expect(phone.get_by_role("button", name="Use a passkey")).to_be_hidden()
    phone.get_by_label("User name").first.fill("amara")
    phone.get_by_label("Password").fill(GOOD)
    phone.get_by_role("button", name="Sign in", exact=True).tap()
    expect(phone.locator("#link")).to_have_text("Live")
    phone.get_by_role("button", name="Cheer Maya L.").tap()
    expect(phone.get_by_text("Your cheer is on its way.")).to_be_visible()
