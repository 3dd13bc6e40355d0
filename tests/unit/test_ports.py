"""A reserved port goes to the server it was reserved for, and to nobody else."""

import socket
import struct
import sys

import pytest

from kindstep import ports

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can hold a port")
HERE = "127.0.0.1"
IP_LOCAL_PORT_RANGE = 51  # of Linux 6.3


@pytest.fixture
def port():
    with ports.reserved() as port:
        yield port


@pytest.fixture
def stranger(port):
    """A socket whose port the kernel chooses, and may choose from this one alone."""
    this_one = struct.pack("=HH", port, port)
    with socket.socket() as stranger:
        try:
            stranger.setsockopt(socket.IPPROTO_IP, IP_LOCAL_PORT_RANGE, this_one)
        except OSError:
            pytest.skip("this kernel lets no socket narrow its choice of ports")
        yield stranger


def test_a_server_may_listen_on_it_again_and_again(port):
    for _ in range(2):
        with (
            socket.create_server((HERE, port)) as server,
            socket.create_connection((HERE, port)),
        ):
            server.accept()[0].close()  # first: what it leaves behind lies on the port


def test_nobody_else_listens_on_it(stranger):
    with pytest.raises(OSError, match="in use"):
        stranger.bind((HERE, 0))


def test_who_calls_too_early_does_not_reach_itself(port, stranger):
    with pytest.raises(OSError, match="assign requested address"):  # none is left for it
        stranger.connect((HERE, port))
