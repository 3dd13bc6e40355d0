"""Chance that can be repeated: the same site, participant, decision and purpose, one draw."""

import hashlib


def draw(site_seed: int, participant: str, counter: int, purpose: str) -> float:
    """Return a number in [0, 1) that looks random and is the same on every machine.

    The first 53 bits of BLAKE2b over `site_seed/participant/counter/purpose` in UTF-8, times
    2**-53: as fine as a float can be, and no generator whose state could drift.
    """
    name = f"{site_seed}/{participant}/{counter}/{purpose}".encode()
    bits = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")
    return (bits >> 11) * 2.0**-53
