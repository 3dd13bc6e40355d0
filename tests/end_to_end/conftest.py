"""A browser and a study of three weeks, shared by all tests of a file."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests import web_study
from tests.browsing import FLAGS, PATIENCE_MS, Complaints


@pytest.fixture(scope="module")
def chromium(server):
    path = server("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    with web_study.serving(face) as address:
        yield face, address
    face.store.close()


@pytest.fixture
def face(study):
    return study[0]


@pytest.fixture
def visit(chromium, study):
    """Sign someone in, or nobody, and give a page; what a browser complains of fails a test."""
    face, home = study
    contexts, complaints = [], Complaints()

    def arrive(person, role, at="", *, address=home, is_live=True, forgiven=(), **how):
        context = chromium.new_context(reduced_motion="reduce", **how)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        complaints.watch(page, address, *forgiven)
        if person:
            page.goto(f"{address}/in/{face.link(person, role)}")
            page.locator("form button").click()  # in whichever language
        if at:
            page.goto(address + at)
        if is_live:
            expect(page.locator("#link")).to_have_text("Live")
        return page

    yield arrive
    for context in contexts:
        context.close()
    assert complaints == []
