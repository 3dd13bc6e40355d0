"""The researcher's journey over a simulated study, and the points of a good researcher's page.

The steps bear the numbers of the journey: a profile, k and small cells, a refusal, a package
that validates, its counts, its decisions made again, its analysis, and a withdrawal.
"""

import re
import zipfile

import pytest
from playwright.sync_api import expect

from coaching.engine import Engine
from kindstep import exports, stores, study
from kindstep.folder import Folder
from kindstep.settings import Settings
from kindstep.simulation.study import RESEARCHER, Plan, left_to_chance, simulate
from kindstep.simulation.truth import Truth
from people import registry
from people.authorize import Role, Topic
from people.registry import ViewerKind
from people.trail import Trail
from research import trial
from research.export import verify
from research.export.manifest import read
from tests.browsing import DESK, PATIENCE_MS, check_fits, faults, fits
from tests.web_study import Hub, serving
from web.accounts import Accounts
from web.app import create_app

pytestmark = pytest.mark.browser

DAY_US = 86_400_000_000
PLAN = Plan(people=24, weeks=1, seed=5, truth=Truth(left_per_week=0.3))
PROTOCOL = left_to_chance(study.load(None), 0.5)
END_US = 1_767_571_200_000_000 + 20 * DAY_US  # days after the last day that was lived


class Site:
    """A study that was lived, and its pages."""

    def __init__(self, into):
        simulate(into, PROTOCOL, PLAN, lambda *_: None)
        folder = Folder(into / "hub")
        self.store, self.hub, self.server = stores.in_file(folder.store), Hub(), None
        self.accounts, self.trail = Accounts(folder.sign_in), Trail(folder.trail)
        self._packages = exports.desk(Settings(data=folder.root), self.store)
        self._ingest = folder.ingest

    def app(self):
        absent = dict.fromkeys(
            ("act", "carry_out", "serve", "admit", "broker", "study", "site")
        )
        return create_app(
            **absent,
            store=self.store,
            ingest=self._ingest,
            packages=self._packages,
            live=self.hub.listen,
            accounts=self.accounts,
            trail=self.trail,
            now_us=lambda: END_US,
            protocol=PROTOCOL,
        )

    def link(self):
        return self.accounts.one_time_link(RESEARCHER, Role.RESEARCHER, END_US)

    def everyone(self):
        with self.store.reading() as db:
            return registry.persons_of(db, Role.PARTICIPANT)

    def panel(self):
        with self.store.reading() as db:
            return Engine(PROTOCOL, site_seed=PLAN.seed).effect(db, self.everyone())


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("lived") / "study")
    yield site
    site.store.close()


@pytest.fixture(scope="module")
def home(site):
    with serving(site) as address:
        yield address


@pytest.fixture
def page(chromium, site, home):
    context = chromium.new_context(reduced_motion="reduce", **DESK)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    said = []
    page.on("console", lambda each: said.append(each.text) if each.type == "error" else None)
    page.goto(f"{home}/in/{site.link()}")
    page.get_by_role("button", name="Continue").click()
    yield page
    context.close()
    assert [each for each in said if "409" not in each] == []


def taken(page, into):
    """Take the package that the page offers; give its folder."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Take the package").click()
    zipfile.ZipFile(download.value.path()).extractall(into)
    (folder,) = into.iterdir()
    return folder


def test_from_a_profile_to_a_package_without_who_withdrew(page, site, tmp_path):
    # 1: pick a profile
    page.get_by_role("link", name="expert").click()
    expect(page.get_by_role("link", name="expert")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="safe-harbor").click()
    # 2: preview k and suppressed cells
    preview = page.get_by_role("region", name="Take the study's data away")
    expect(preview).to_contain_text(f"k = {PLAN.people}")
    expect(preview).to_contain_text("1 too small to tell")
    # 3: unsafe export refused with its reason
    refused(page)
    # 4: the package validates
    folder = taken(page, tmp_path / "first")
    found = verify(folder)
    assert found.problems == ()
    # 5: counts equal the manifest
    page.reload()
    counts = read(folder).rows
    page.get_by_text("Rows of the latest").click()
    told = page.locator("ul.columns li").all_inner_texts()
    assert dict(re.fullmatch(r"(\w+) ([\d,]+)", each).groups() for each in told) == {
        table: f"{rows:,}" for table, rows in counts.items()
    }
    # 6: a hundred decisions recomputed exactly
    assert found.decisions == counts["decisions"] >= 100
    # 7: the trial's analysis equals the panel
    again = trial.effect_panel(trial.Opened(folder))
    expect(page.locator("#effect")).to_contain_text(str(again.overall.says))
    assert str(again.overall.says) == str(site.panel().overall.says)
    # 8: who withdrew is gone on re-export
    (gone,) = withdrawn(page, site, folder, tmp_path)
    assert gone not in everything(tmp_path / "second")
    assert gone in everything(tmp_path / "first")


def refused(page):
    """Ask for what is unsafe all the same, read why not, and choose to tell less."""
    preview = page.get_by_role("region", name="Take the study's data away")
    expect(page.get_by_role("button", name="Take the package")).to_have_count(0)
    cell = preview.get_by_role("row", name="ties: rows shared by fewer than 5")
    people = cell.get_by_role("cell").last.inner_text()
    forced = page.request.post(
        page.url.partition("?")[0] + "/package",
        form={"profile": "safe-harbor"},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert forced.status == 409
    assert f"No package: ties: rows shared by fewer than 5: {people}" in forced.text()
    page.get_by_role("link", name="Tell less").click()
    expect(preview).to_contain_text("Told less: ")


def withdrawn(page, site, folder, tmp_path):
    """Let one withdraw and take the package anew; give who is not in it any more."""
    for topic in Topic:
        site.store.write(
            lambda db, topic=topic: registry.consent(
                db, site.everyone()[0], topic, ViewerKind.RESEARCH, False, END_US
            )
        )
    page.reload()
    again = taken(page, tmp_path / "second")
    assert verify(again).problems == ()
    return {*trial.Opened(folder).people} - {*trial.Opened(again).people}


def everything(folder):
    return "".join(
        path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_point_22_the_map_parts_worn_not_worn_no_data_and_fault(page, scheme):
    page.emulate_media(color_scheme=scheme)
    drawn = page.locator("section.drawn").first
    for kind in ("worn", "not worn", "device at fault", "not known"):
        expect(drawn.locator(".legend")).to_contain_text(kind)
    shapes = drawn.locator(".legend svg > *").evaluate_all(
        "all => all.map(one => one.outerHTML.replace(/[^a-z]*class=\"(\\w+)\".*/, ' $1'))"
    )
    assert len(set(shapes)) == 4  # told apart without colour
    drawn.get_by_text("The numbers").click()
    for column in ("days worn", "days not worn", "days device at fault", "days not known"):
        expect(drawn.get_by_role("columnheader", name=column, exact=True)).to_be_visible()
    expect(page.locator("#effect h2")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_researcher_works_from_right_to_left_without_clipping(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_extra_http_headers({"accept-language": "he-IL"})
    page.reload()
    expect(page.locator("section.drawn").first.locator(".legend")).to_contain_text("לא נענד")
    expect(page.locator("#effect h2")).to_be_visible()
    assert faults(page) == []
    check_fits(page, *(f"/research{at}" for at in ("", "/contact", "/stored", "/trail")))


def test_point_23_two_clicks_with_preview_codebook_counts_and_hash(page, home, tmp_path):
    page.goto(f"{home}/research?profile=expert")  # the first click
    preview = page.get_by_role("region", name="Take the study's data away")
    for told in ("share something", "k = ", "too small to tell"):
        expect(preview).to_contain_text(told)
    page.get_by_text("Codebook: ").click()
    expect(preview.get_by_role("row", name="steps").first).to_contain_text("steps")

    folder = taken(page, tmp_path / "taken")  # the second

    page.reload()
    latest = page.get_by_role("region", name="Packages taken").get_by_role("row").nth(1)
    manifest = read(folder)
    expect(latest).to_contain_text(f"{sum(manifest.rows.values()):,}")
    expect(latest).to_contain_text(verify(folder).package)
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page, 390)


def test_point_24_what_was_taken_is_in_the_trail_and_its_bytes_are_the_same(
    page, site, home, tmp_path
):
    page.goto(f"{home}/research?profile=expert")
    first, second = (taken(page, tmp_path / name) for name in ("one", "two"))

    names = [path.relative_to(first) for path in first.rglob("*") if path.is_file()]
    assert names
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    page.goto(f"{home}/research/trail")
    package = verify(first).package
    expect(page.get_by_role("row", name=package)).to_have_count(
        sum(package in each.detail for each in site.trail.read())
    )
    assert sum(package in each.detail for each in site.trail.read()) >= 2
    assert faults(page) == []
