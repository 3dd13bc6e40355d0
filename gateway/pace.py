"""How patient the gateway is with its broker and its hub."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Waits in seconds; only tests are less patient than this."""

    standstill_s: float = 30.0  # without a watermark, until everything is sent again
    alarm_s: float = 60.0  # without a watermark for what the broker took over
    blame_s: float = 2.0  # a connection that ends sooner than this ended because of a batch
    forget_s: float = 5.0  # between two times that what the hub has is taken off the disk
    refresh_s: float = 8.0  # between statuses in which nothing is new
    look_s: float = 1.0  # between looks whether something is
    first_retry_s: float = 0.2
    longest_retry_s: float = 5.0  # a broker that is back is found within that
    goodbye_s: float = 0.5
    last_value_s: float = 10.0  # between two last values of a stream
    renew_s: float = 600.0  # between two times that the hub is asked for a new token
