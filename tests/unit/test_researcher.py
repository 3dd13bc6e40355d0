"""The researcher's page: a preview, and a package in two clicks."""

import io
import re
import zipfile

import pytest
from starlette.testclient import TestClient

from people import registry
from people.authorize import Topic
from people.registry import Profile, ViewerKind
from people.trail import Trail
from research.export import verify
from tests.exported import DAYS, ELI, PEOPLE, Exported
from tests.web_study import Hub
from web.accounts import Accounts
from web.app import create_app

OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    study = Exported(tmp_path_factory.mktemp("study"))
    yield study
    study.close()


@pytest.fixture
def another(study, tmp_path):
    """Give a copy in which one man stands out."""
    another = Exported(tmp_path / "study", like=study)
    another.change(lambda db: registry.set_profile(db, PEOPLE[3], Profile(34, sex="male")))
    yield another
    another.close()


def signed_in(study, folder):
    accounts = Accounts(folder / "sign-in.db")
    app = create_app(
        store=study.store,
        ingest=folder,
        act=None,
        carry_out=None,
        serve=None,
        admit=None,
        broker=None,
        study=None,
        site=None,
        packages=study.desk,
        live=Hub().listen,
        accounts=accounts,
        trail=Trail(folder / "trail.db"),
        now_us=lambda: study.now_us,
        protocol=study.study.protocol,
    )
    browser = TestClient(app, base_url="http://localhost")
    token = accounts.one_time_link(ELI.person, ELI.role, study.now_us)
    assert browser.post(f"/in/{token}", headers=OURS).url.path == "/research"
    return browser


def test_two_clicks_bring_a_package_that_verifies(study, tmp_path):
    browser = signed_in(study, tmp_path)
    page = browser.get("/research").text  # the first click
    fields = dict(re.findall(r'name="(\w+)" value="([\w-]+)"', page))

    answer = browser.post("/research/package", data=fields, headers=OURS)  # the second

    assert "k = <b>12</b>" in page
    assert answer.headers["content-disposition"].endswith('"kindstep-safe-harbor.zip"')
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    found = verify(tmp_path / "kindstep-safe-harbor")
    assert (found.problems, found.decisions > 40) == ((), True)
    assert study.log.read()[-1].package == found.package
    again = browser.post("/research/package", data=fields, headers=OURS)
    assert again.content == answer.content


def test_what_is_unsafe_is_shown_and_not_handed_out(another, tmp_path):
    browser = signed_in(another, tmp_path)

    page = browser.get("/research").text
    assert re.search(r"<td>sex male</td>\s*<td class=\"number\">1</td>", page)
    assert "/research/package" not in page
    refused = browser.post("/research/package", data={"profile": "safe-harbor"}, headers=OURS)
    assert refused.status_code == 409
    assert "No package: sex male: 1" in refused.text

    (less,) = re.findall(r'href="(/research\?[^"]*coarsen=true)"', page)
    page = browser.get(less.replace("&amp;", "&")).text
    assert "Told less: no sex." in page
    assert "/research/package" in page


def test_the_page_names_the_protocol_and_shows_who_wears_it(another, tmp_path):
    """Of those alone who let research see their activity."""
    another.change(
        lambda db: registry.consent(
            db, PEOPLE[0], Topic.ACTIVITY, ViewerKind.RESEARCH, False, another.now_us
        )
    )
    browser = signed_in(another, tmp_path)

    page = browser.get("/research").text
    assert another.study.engine.protocol_digest[:16] in page
    assert 'hx-get="/research/wear"' in page
    drawn = browser.get("/research/wear").text
    adherence, quality = drawn.split("</section>")[:2]
    assert adherence.count("<tr>") == len(PEOPLE)  # the header, and eleven people
    row = (DAYS + 1, DAYS, DAYS, DAYS, 0, 0, 1)  # of the last day nothing is known yet
    assert "".join(f"<td>{each}</td>" for each in row) in adherence
    people = len(PEOPLE) - 1
    assert adherence.count('class="cell"') == people * DAYS + 1  # one is in the legend
    assert adherence.count('class="struck"') == people + 1
    assert "Nobody was followed for a week." in quality


def test_programs_get_the_same_preview(another, tmp_path):
    browser = signed_in(another, tmp_path)

    told = browser.get("/api/research/preview").json()
    assert (told["people"], told["k"], told["allowed"]) == (12, 1, False)
    assert ["sex male", 1] in told["small_cells"]
    told = browser.get("/api/research/preview", params={"coarsen": True}).json()
    assert (told["k"], told["allowed"], told["told_less"]) == (12, True, ["no sex"])
