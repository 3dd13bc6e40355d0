"""The API answers what its OpenAPI says, whatever it is asked."""

from tests import web_study
from tests.api_fuzz import fuzz


def test_no_answer_is_undocumented(tmp_path):
    face = web_study.make(tmp_path)
    try:
        assert fuzz(face, examples=15) >= 12
    finally:
        face.store.close()
