"""`python -m kindstep`."""

from kindstep.cli import main

if __name__ == "__main__":
    main(prog_name="kindstep")
