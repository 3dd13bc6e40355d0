"""Minutes, days and gateways in real databases: written, refused, away and back, filled in."""

import json
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from analytics import scores
from gateway.wire import GatewayStatus
from ingest.influx import Point, Sink
from kindstep import influx
from kindstep.cli import main
from tests import web_study
from tests.timeseries import Caddy, Influxdb, VictoriaMetrics

AT_US = 1_790_000_000_000_000
AT_MS = AT_US // 1000
DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana-dashboard.json"


@contextmanager
def sink_to(url, folder):
    told = {"org": "usc", "bucket": "study", "retry_s": 0.05}
    sink = Sink(url, outbox=folder / "outbox.db", **told)
    try:
        yield sink
    finally:
        sink.close()


@pytest.fixture(scope="module")
def metrics(tmp_path_factory):
    server = VictoriaMetrics(tmp_path_factory.mktemp("victoria"))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    server = Influxdb(tmp_path_factory.mktemp("influx"))
    try:
        server.start().make("study")
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def proxied(database, tmp_path_factory):
    proxy = Caddy(tmp_path_factory.mktemp("caddy"), database)
    try:
        yield proxy.start()
    finally:
        proxy.stop()


def minute(n, who="ana", **fields):
    return Point("minute", {"participant": who}, fields, AT_US + n * 60_000_000)


def test_victoria_metrics_keeps_every_point(metrics, tmp_path):
    with sink_to(metrics.url, tmp_path) as sink:
        sink.put([minute(n, steps=n, enmo_g=n / 8) for n in range(100)])

    assert (sink.counts["written"], sink.waiting) == (100, 0)
    steps = metrics.values("minute", "steps", 'participant="ana"')
    assert steps == {AT_MS + 60_000 * n: n for n in range(100)}
    enmo = metrics.values("minute", "enmo_g", 'participant="ana"')
    assert enmo == {AT_MS + 60_000 * n: n / 8 for n in range(100)}


def test_nothing_is_lost_while_it_is_killed(tmp_path):
    server = VictoriaMetrics(tmp_path / "server").start()
    try:
        with sink_to(server.url, tmp_path) as sink:
            server.kill()
            for n in range(50):
                sink.put([minute(n, who="ben", steps=n)])
            server.start()
            sink.put([minute(50, who="ben", steps=50)])
            give_up = time.monotonic() + 60
            while sink.waiting:
                assert time.monotonic() < give_up, "it does not try again"
                time.sleep(0.05)  # another thread's retries give no event
        assert (sink.counts["written"], sink.waiting) == (51, 0)
        steps = server.values("minute", "steps", 'participant="ben"')
        assert steps == {AT_MS + 60_000 * n: n for n in range(51)}
    finally:
        server.stop()


def test_influxdb_takes_all_but_the_line_at_fault(database, proxied, tmp_path):
    with sink_to(proxied.url, tmp_path) as sink:
        sink.put([minute(n, who="cyd", steps=n) for n in range(20)])
        sink.put([minute(n, who="cyd", steps="many" if n == 25 else n) for n in range(20, 40)])

    assert (sink.counts["written"], sink.counts["refused"]) == (39, 1)
    rows = database.query("SELECT steps FROM minute WHERE participant = 'cyd'")
    wanted = [n for n in range(40) if n != 25]
    assert rows == [[AT_MS + 60_000 * n, n] for n in wanted]


def test_text_arrives_as_it_was(database, proxied, tmp_path):
    says = 'a "quoted" \\ back\nline, = Ωé'
    with sink_to(proxied.url, tmp_path) as sink:
        sink.put([Point("note", {"a tag": "x,y=z w"}, {"says": says}, AT_US)])

    assert database.query('SELECT "says", "a tag" FROM note') == [[AT_MS, says, "x,y=z w"]]


@pytest.fixture(scope="module")
def filled(proxied, tmp_path_factory):
    """Give a study whose last days were filled in by the command."""
    folder = tmp_path_factory.mktemp("filled")
    face = web_study.make(folder)
    settings = folder / "kindstep.toml"
    settings.write_text(
        f'data = "{folder}"\n[influx]\nurl = "{proxied.url}"\norg = "usc"\nbucket = "study"\n'
    )
    days = ["--from", "2026-03-08", "--to", "2026-03-09"]
    command = ["influx", "backfill", *days, "--settings", str(settings)]
    yield face, lambda: CliRunner().invoke(main, command)
    face.store.close()


def test_the_past_is_filled_in_and_again_changes_nothing(database, filled):
    face, run = filled
    asked = f"SELECT sum(steps) FROM minute WHERE participant = '{web_study.JON}'"  # noqa: S608 - a name of ours
    assert database.query(asked) == []

    first = run()
    assert first.exit_code == 0, first.output
    ((_, steps),) = database.query(asked)
    assert run().exit_code == 0

    with face.store.reading() as db:
        facts = scores.days(db, web_study.JON, 4, web_study.NOW_US)
    assert steps == sum(fact.steps for fact in facts if fact.day.isoformat() < "2026-03-10") - (
        facts[0].steps
    )
    assert database.query(asked)[0][1] == steps


def test_every_picture_of_the_dashboard_has_data(database, proxied, filled, tmp_path):
    face, run = filled
    assert run().exit_code == 0
    now_us = face.clock()
    status = GatewayStatus(
        gateway="home", online=True, start_id=1, version="1", at_us=now_us, spooled_batches=3
    )
    with sink_to(proxied.url, tmp_path) as sink:
        moved = Point("minute", {"participant": web_study.JON}, {"enmo_g": 0.03}, now_us)
        sink.put([influx.gateway(status), moved])

    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel["targets"]:
            query = target["query"].replace("$timeFilter", "time > '2026-03-01'")
            query = query.replace("$__interval", "1h").replace("/^$gateway$/", "/.*/")
            query = query.replace("$participant", web_study.JON)
            values = [value for _, *row in database.query(query) for value in row]
            assert any(value is not None for value in values), panel["title"]


def test_without_a_database_the_past_waits(tmp_path):
    face = web_study.make(tmp_path)
    face.store.close()
    settings = tmp_path / "kindstep.toml"
    settings.write_text(f'data = "{tmp_path}"\n[influx]\nurl = "http://127.0.0.1:1"\n')
    days = ["--from", "2026-03-09", "--to", "2026-03-09"]

    result = CliRunner().invoke(
        main, ["influx", "backfill", *days, "--settings", str(settings)]
    )

    assert result.exit_code == 1
    assert "the database did not take them, run it again" in result.output
