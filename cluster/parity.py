"""Compares a scan of the cluster with one of the application, which has to be installed.

`python parity.py FACES --model ../models/grefel-small.onnx --work FOLDER`. FACES is a dataset that the application
recognises. Both scan it with the same model and views, without framing, and learn from its labels as usual. Prints by
how much the wrong-label probabilities differ, and whose flags do.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
from pathlib import Path

import numpy as np

from grefel_cluster.scanning.job import Job, ScanOptions
from grefel_cluster.session import connected

REPOSITORY = Path(__file__).resolve().parents[1]
GREFEL = (REPOSITORY / "node_modules" / ".bin" / "node", REPOSITORY / "src/main/hosts/cli/main.ts")
FLAGGED_FROM = 0.5


def flags(faces: Path, work: Path, name: str, *scan: str) -> dict[str, tuple[float, str]]:
    """Scan what is not scanned. -> wrong-label probability of every image, and what its models see."""
    project, table = work / f"{name}.sqlite", work / f"{name}.csv"
    environment = os.environ | {"XDG_DATA_HOME": str(work)}
    for arguments in (
        ("scan", faces, "--project", project, "--framing", "off", "--quiet", *scan),
        ("export", faces, "--project", project, "--out", table, "--force"),
    ):
        subprocess.run([*map(str, GREFEL), *map(str, arguments)], env=environment, check=True, capture_output=True)
    with table.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["flag_score"]]
    return {row["image"]: (float(row["flag_score"]), row["label_corrected"] + row["label_tuned"]) for row in rows}


def compare(what: str, here: dict[str, tuple[float, str]], there: dict[str, tuple[float, str]]) -> None:
    """Print how far two scans agree."""
    if here.keys() != there.keys():
        raise SystemExit(f"{len(here.keys() ^ there.keys())} images have a flag in one of them only")
    difference = np.array([abs(here[image][0] - there[image][0]) for image in here])
    flagged = [{image for image, (score, _) in scan.items() if score >= FLAGGED_FROM} for scan in (here, there)]
    others = sum(here[image][1] != there[image][1] for image in here)
    print(
        f"{what}: {len(here):,} images, difference median {np.median(difference):.1e}, "
        f"p99 {np.quantile(difference, 0.99):.1e}, most {difference.max():.1e}; {len(flagged[0]):,} flagged here, "
        f"{len(flagged[0] ^ flagged[1])} in one of them only; {others} predicted classes differ"
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder of both scans; finished ones are used again")
    options = parser.parse_args()
    work = options.work
    predictions = work / "predictions"
    job = Job(ScanOptions(str(options.faces), options.model, str(predictions), shard_rows=256, actors=2))
    if not job.is_done:
        with connected(None, 2):
            job.run()
    environment = os.environ | {"XDG_DATA_HOME": str(work)}
    imported = ("import-predictions", options.faces, predictions, "--project", work / "there.sqlite")
    subprocess.run([*map(str, GREFEL), *map(str, imported)], env=environment, check=True, capture_output=True)
    for what, scan in (("base model", ("--rely-on", "base", "--no-tuning")), ("tuned model", ("--rely-on", "auto"))):
        here, there = (flags(options.faces, work, name, "--model", options.model, *scan) for name in ("here", "there"))
        compare(what, here, there)


if __name__ == "__main__":
    main()
