import msgspec
import pytest

from gateway.settings import GatewaySettings
from kindstep import toml_file

LEAST = 'name = "hall"\nsite = "home"\n'


def read(text):
    return toml_file.parse(text, GatewaySettings, "gateway.toml")


def test_a_name_and_a_site_are_enough():
    settings = read(LEAST)

    assert (settings.broker.host, settings.broker.port) == ("localhost", 1883)
    assert settings.broker.password() is None
    assert settings.radio == "platform"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('site = "home"\n', "name"),
        ('name = "hall"\n', "site"),
        ('name = "my hall"\nsite = "home"\n', "gateway name 'my hall'"),
        ('name = "hub"\nsite = "home"\n', "gateway name 'hub'"),
        ('name = "hall"\nsite = ""\n', "site is empty"),
        (LEAST + "spool_limit_bytes = 5\n", "below 1 MiB"),
        (LEAST + "live_batch_s = 0.0\n", "live_batch_s"),
        (LEAST + 'raw = ["ecg"]\nrecorded = ["ecg"]\n', "ecg in raw and in recorded"),
        (LEAST + "[broker]\nprt = 1883\n", "prt"),
        (LEAST + '[broker]\nport = "1883"\n', "port"),
    ],
)
def test_names_the_setting_at_fault(text, complaint):
    with pytest.raises(toml_file.BadSettings, match=complaint):
        read(text)


def test_a_password_is_what_the_file_says_without_its_line_end(tmp_path):
    (tmp_path / "password").write_text(" open sesame\n")
    settings = read(f'{LEAST}[broker]\npassword_file = "{tmp_path}/password"\n')

    assert settings.broker.password() == "open sesame"
    assert "sesame" not in str(msgspec.structs.asdict(settings))
