"""Many rounds of chaos, one after the other: `make soak ARGS="--rounds 5 --seed 17"`."""

import argparse
import asyncio
import tempfile
import time
import traceback

import click

from tests.chaos.rounds import KINDS, Round


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the first round")
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.rounds)
    failed = [seed for seed in seeds if not _round(seed, KINDS[seed % len(KINDS)])]
    click.echo(f"{asked.rounds - len(failed)} of {asked.rounds} rounds came out right")
    raise SystemExit(f"seeds that did not: {failed}" if failed else 0)


def _round(seed, kind):
    begun_s = time.monotonic()
    with tempfile.TemporaryDirectory() as root:
        chaos = Round(root, seed, kind)
        try:
            says = asyncio.run(chaos.run())
        except Exception as error:  # noqa: BLE001 - the next round may tell more
            traceback.print_exc()
            says = f"WRONG: {type(error).__name__} {str(error)[:300]}"
        took_s = time.monotonic() - begun_s
        click.echo(f"{seed:4} {kind:9} {took_s:5.1f} s  {says}  ({', '.join(chaos.log)})")
        return not says.startswith("WRONG")


if __name__ == "__main__":
    main()
