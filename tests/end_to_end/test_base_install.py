"""The base install in an environment of its own: a gateway, and nothing of a hub."""

import contextlib
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.brokers import BROKERS
from tests.hub_double import Hub

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "locks" / "gateway.txt"
NOT_HERE = {
    "numpy", "numba", "pyarrow", "duckdb", "fastapi", "uvicorn", "sqlalchemy", "bumble",
}  # fmt: skip
MOST_INSTALLED_MB = 50
MOST_RESIDENT_MB = 80


def run(*command, **options):
    return subprocess.run(
        [str(word) for word in command], check=True, capture_output=True, text=True, **options
    ).stdout


def environment(cache):
    """Give an environment with what the gateway's lock names, made once for each lock."""
    folder = cache / f"base-{hashlib.blake2s(LOCK.read_bytes(), digest_size=8).hexdigest()}"
    python = folder / "bin" / "python"
    finished = folder / "finished"
    if not finished.exists():
        run(sys.executable, "-m", "venv", "--clear", folder)
        locked = ("--require-hashes", "--only-binary", ":all:", "--requirement", LOCK)
        try:
            run(python, "-m", "pip", "install", "--quiet", "--retries", "1", *locked)
        except subprocess.CalledProcessError as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no package index: {error.stderr.splitlines()[-1]}")
        finished.touch()
    return python


@pytest.fixture(scope="module")
def base(tmp_path_factory, pytestconfig):
    """Give the interpreter of an environment that holds what `pip install kindstep` brings."""
    python = environment(pytestconfig.cache.mkdir("base-install"))
    dist = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", dist, ROOT)
    install = (python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps")
    run(*install, "--force-reinstall", next(dist.glob("*.whl")))
    return python


def test_it_is_small(base):
    """Measure all of it, with pip and what builds the wheel."""
    packages = Path(
        run(base, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    )
    files = [path for path in packages.rglob("*") if path.is_file()]

    assert {path.name for path in packages.iterdir()} >= {"kindstep", "gateway", "bleak"}
    assert not NOT_HERE & {path.name for path in packages.iterdir()}
    assert sum(path.stat().st_size for path in files) / 1e6 < MOST_INSTALLED_MB


@contextlib.contextmanager
def child(command, folder, said):
    with subprocess.Popen(command, cwd=folder, stderr=said) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_a_gateway_imports_nothing_of_a_hub_and_stays_small(base, tmp_path):
    broker = BROKERS["mosquitto"](tmp_path / "broker", gateways=("home",)).start()
    settings = tmp_path / "kindstep.toml"
    settings.write_text(f"""
[gateway]
name = "home"
site = "test"
last_values = "home_assistant"

[gateway.broker]
port = {broker.port}
password_file = "{broker.password_file}"
""")
    hub = await Hub(broker.port).ready()
    command = [base, "-X", "importtime", "-m", "kindstep", "gateway"]
    with (tmp_path / "said").open("w") as said, child(command, tmp_path, said) as gateway:
        await hub.until_told(lambda it: it.online)
        resident_mb = psutil.Process(gateway.pid).memory_info().rss / 1e6
        gateway.terminate()
        assert gateway.wait(30) == 0
    hub.close()
    broker.stop()

    imported = re.findall(
        r"^import time:.*\| +(\S+)$", (tmp_path / "said").read_text(), re.MULTILINE
    )
    assert {"bleak", "paho.mqtt.client", "gateway.radio"} <= set(imported)
    assert not NOT_HERE & {module.split(".")[0] for module in imported}
    assert resident_mb < MOST_RESIDENT_MB


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("--help",), "Not installed here: needs sqlalchemy."),
        (("doctor", "--help"), "machine"),
        (("decode", "2A19", "57"), '"percent": 87'),
        (("gateway", "--help"), "status"),
    ],
)
def test_what_needs_no_hub_works(base, tmp_path, command, says):
    assert says in run(base, "-m", "kindstep", *command, cwd=tmp_path)


@pytest.mark.parametrize(
    ("command", "says"),
    [("up", "pip install 'kindstep[hub]'"), ("gateway", 'pip install "kindstep[radio]"')],
)
def test_what_is_not_here_says_how_to_get_it(base, tmp_path, command, says):
    radio = '[gateway]\nname = "hall"\nsite = "home"\nradio = "usb:0"\n'
    (tmp_path / "kindstep.toml").write_text(radio)
    with pytest.raises(subprocess.CalledProcessError) as refused:
        run(base, "-m", "kindstep", command, cwd=tmp_path)

    assert says in refused.value.stderr
    assert "Traceback" not in refused.value.stderr
