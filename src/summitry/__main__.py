"""`python -m summitry`: the command line."""

from summitry.cli import main

if __name__ == "__main__":
    main(prog_name="summitry")
