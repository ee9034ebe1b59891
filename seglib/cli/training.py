"""The command that writes the training."""

from __future__ import annotations

import argparse
from pathlib import Path

from seglib.cli.folders import checkout


def add_training_options(command: argparse.ArgumentParser) -> None:
    """Where the pages go."""
    command.add_argument("--out", type=Path, metavar="FOLDER", help="default: reports/training")


def make_training(chosen: argparse.Namespace) -> int:
    """``training``: pages that open by double-click, and one zip of them."""
    from seglib.training.pages import ARCHIVE
    from seglib.training.pages import make_training as make

    index = make(chosen.out or checkout() / "reports" / "training")
    print(f"Open {index} in a browser, or hand out {index.with_name(ARCHIVE)}.")
    return 0
