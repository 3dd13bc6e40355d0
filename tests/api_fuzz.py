"""Asks the API what its OpenAPI allows, and what it does not: no answer may be undocumented.

`python -m tests.api_fuzz EXAMPLES` takes so many of both for each operation and each of two
people; the suite takes a few.
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

from people.authorize import Actor, Role
from tests import web_study
from web.accounts import Scope
from web.pace import Pace
from web.security import API

#: Who is let in without proof is seen by tests/contract/test_who_may.py; a cursor, a batch and
#: an address have to hold more than a schema can say; what nobody asked for is passed over.
BEYOND = [ignored_auth, positive_data_acceptance, negative_data_rejection]
WHO = ((web_study.MAYA, "participant"), (web_study.COACH, "coach"))


def fuzz(face, examples):
    """Fuzz every operation as a participant and as a coach; give how many there are."""
    app = face.app()
    (api,) = [each.app for each in app.routes if getattr(each, "path", "") == API]
    api.state.parts = replace(app.state.parts, pace=Pace(room=10**9))
    schema = schemathesis.openapi.from_asgi(f"{API}/openapi.json", app)
    operations = [each.ok() for each in schema.get_all_operations()]
    for person, role in WHO:
        heads = _bearer(face, person, role)
        for operation in operations:
            for mode in GenerationMode:
                _ask(operation, heads, mode, examples)
    return len(operations)


def _ask(operation, heads, mode, examples):
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def ask(case):
        if case.path_parameters and "participant" in case.path_parameters:
            case.path_parameters["participant"] = web_study.MAYA
        answer = case.call(headers=heads)
        assert answer.status_code < 500
        case.validate_response(answer, excluded_checks=BEYOND)

    ask()


def _bearer(face, person, role):
    now_us = face.clock()
    actor = Actor(person, Role(role))
    secret = face.accounts.tokens.make(actor, "fuzz", Scope, now_us, 2 * now_us)
    return {"authorization": f"Bearer {secret}"}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        study = web_study.make(Path(folder))
        count = fuzz(study, int(sys.argv[1]))
        each = len(WHO) * len(GenerationMode) * int(sys.argv[1])
        print(f"{count} operations, {each:,} requests each, no answer undocumented")
