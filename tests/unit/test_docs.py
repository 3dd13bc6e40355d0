"""What the documents name is there, and what there is is named."""

import re
from pathlib import Path

import msgspec
import pytest

from gateway.settings import BrokerAddress, GatewaySettings
from kindstep.cli import main
from kindstep.settings import BrokerSettings, InfluxSettings, Settings, WebSettings

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TABLES = (
    Settings, BrokerSettings, WebSettings, InfluxSettings, GatewaySettings, BrokerAddress
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"", text)
    local = [a or b for a, b in named if "://" not in (a or b)]

    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_setting_is_explained():
    text = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    keys = {field.name for table in TABLES for field in msgspec.structs.fields(table)}

    assert [key for key in sorted(keys) if key not in text] == []


def test_every_command_is_explained():
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [name for name in main.list_commands(None) if f"kindstep {name}" not in text] == []
