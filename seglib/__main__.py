"""``python -m seglib``: the same commands as ``seglib``, from a bare Python on."""

import sys

from seglib.cli import main

if __name__ == "__main__":
    sys.exit(main())
