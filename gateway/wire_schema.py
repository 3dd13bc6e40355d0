"""`python -m gateway.wire_schema` prints what is published as docs/wire.schema.json."""

import json
import sys
from typing import Any, Final

import msgspec

from gateway import wire

MESSAGES: Final = (
    wire.Batch,
    wire.GatewayStatus,
    wire.HubStatus,
    wire.Watermarks,
    wire.Command,
    wire.Answer,
)


def text() -> str:
    """Return the schema as it stands in the file."""
    return json.dumps(_schema(), indent=2) + "\n"


def _schema() -> dict[str, Any]:
    _, parts = msgspec.json.schema_components(MESSAGES, ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"kindstep wire contract, version {wire.VERSION}",
        "description": "MessagePack maps on the wire: what is base64 here is binary there.",
        "anyOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in MESSAGES],
        "$defs": parts,
    }


if __name__ == "__main__":
    sys.stdout.write(text())
