"""A study of twelve and its packages, shared by all tests that read one."""

import pytest

from tests.exported import EXPERT, Exported


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    study = Exported(tmp_path_factory.mktemp("study"))
    yield study
    study.close()


@pytest.fixture
def another(study, tmp_path):
    """Give a copy of the study that a test may change."""
    another = Exported(tmp_path / "study", like=study)
    yield another
    another.close()


@pytest.fixture(scope="session")
def package(study):
    return study.export("package")


@pytest.fixture(scope="session")
def expert(study):
    return study.export("expert", EXPERT)
