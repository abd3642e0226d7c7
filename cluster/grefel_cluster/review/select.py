"""Writes a dataset to review: one Parquet file of small pictures, and their predictions."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import posixpath
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from pyarrow import fs

from ..errors import ClusterError
from ..inputs.packed import key_of
from ..inputs.source import Source, Unit
from ..pictures import decode
from ..scanning.manifest import MANIFEST, Plan, Record, read_shards, write_manifest
from ..scanning.table import encode_shard
from ..storage import Location, kind_of, locate, write_whole, writing_whole
from .passes import over
from .rank import Chosen, choose, learn, read_columns

LONGEST_SIDE = 256
_QUALITY = 95
_ROWS_OF_A_GROUP = 500

REVIEW_SCHEMA = pa.schema(
    [
        ("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        ("label", pa.string()),
        ("source_image", pa.string()),
        ("stratum", pa.string()),
        ("weight", pa.float64()),
        ("wrong_label", pa.float64()),
        ("suggested", pa.string()),
    ],
    {
        "huggingface": json.dumps(
            {
                "info": {
                    "features": {
                        "image": {"_type": "Image"},
                        **{
                            name: {"dtype": "string", "_type": "Value"} for name in ("label", "source_image", "stratum")
                        },
                    }
                }
            }
        )
    },
)


@dataclass(frozen=True)
class Selection:
    """What was written for review.

    Parameters
    ----------
    population
        Images with a label that could be read.
    """

    population: int
    top: int
    random: int
    error_rate: float


def select(
    predictions: str, out: str, top: int, random: int, seed: int = 1, said: Mapping[str, str] | None = None
) -> Selection:
    """Choose labels to review, and write their pictures and predictions.

    Parameters
    ----------
    predictions
        Folder of a finished scan.
    out
        A Parquet file; the predictions of its pictures go to a folder beside its own, called after it.
    top, random
        Labels that are most likely wrong, and others at random.
    seed
        Of the random sample.
    said
        Model classes of labels, for what no name tells.

    Raises
    ------
    ClusterError
        Where a picture is no longer the one that was scanned.
    """
    scan, review = locate(predictions), locate(out)
    plan, shards = read_shards(scan)
    learned = learn(scan, plan, shards, said or {})
    likely, sample = choose(shards, learned, top, random, seed)
    weight = (learned.population - len(likely)) / len(sample) if sample else 0.0
    rows = [(one, "top", 1.0) for one in likely] + [(one, "random", weight) for one in sample]
    rows.sort(key=lambda row: (row[0].record.unit, row[0].record.chunk, row[0].row))
    name = posixpath.basename(review.path)
    shards_out = shards_folder(review)
    with writing_whole(review) as stream:
        with pq.ParquetWriter(stream, REVIEW_SCHEMA, compression="none") as writer:
            pictures = _pictures(scan, plan.source, [one for one, _, _ in rows])
            numbered = _unchanged(zip(rows, pictures, strict=True))
            while group := list(itertools.islice(numbered, _ROWS_OF_A_GROUP)):
                writer.write_table(pa.Table.from_pylist([_row(*row, picture) for row, picture in group], REVIEW_SCHEMA))
        _remove_manifest(shards_out)
    _write_predictions(scan, shards_out, plan, [one for one, _, _ in rows], name)
    return Selection(learned.population, len(likely), len(sample), learned.error_rate)


def shards_folder(review: Location) -> Location:
    """Name the folder of a review's predictions: not below the folder of the pictures, which is a dataset by itself."""
    folder = posixpath.dirname(review.path)
    return review.at(f"{folder}-predictions")


def _remove_manifest(predictions: Location) -> None:
    """Make the predictions of an earlier review unfinished, so that they are never taken for those of the next one."""
    manifest = predictions.child(MANIFEST)
    if kind_of(manifest) == fs.FileType.File:
        manifest.files.delete_file(manifest.path)


def _row(chosen: Chosen, stratum: str, weight: float, picture: bytes) -> dict[str, object]:
    return {
        "image": {"bytes": picture, "path": chosen.image},
        "label": chosen.label,
        "source_image": chosen.image,
        "stratum": stratum,
        "weight": weight,
        "wrong_label": None if chosen.wrong != chosen.wrong else chosen.wrong,
        "suggested": chosen.suggested,
    }


def _unchanged(
    numbered: Iterator[tuple[tuple[Chosen, str, float], bytes | None]],
) -> Iterator[tuple[tuple[Chosen, str, float], bytes]]:
    """Pass on rows with their pictures.

    Raises
    ------
    ClusterError
        At the end, where some have another picture than the scan had, or none.
    """
    changed = []
    for row, picture in numbered:
        if picture is None:
            changed.append(row[0].image)
        else:
            yield row, picture
    if changed:
        raise ClusterError(
            f"{len(changed)} of the chosen images have changed since the scan or are gone, such as {changed[0]}",
            "Scan the images again, into another folder, and select from that.",
        )


def _pictures(scan: Location, source: Source, chosen: list[Chosen]) -> Iterator[bytes | None]:
    """Read the pictures again, reduced, in the order of the rows; None for one that is not as it was scanned."""
    units = {unit.number: unit for unit in source.units()}
    parts = []
    for number, rows in itertools.groupby(chosen, key=lambda one: one.record.unit):
        wanted: dict[Record, list[int]] = {}
        for one in rows:
            wanted.setdefault(one.record, []).append(one.row)
        parts.append((units.get(number), wanted))
    for found in over(parts, _reduced_pictures, (scan, source)):
        yield from found


def _reduced_pictures(
    part: tuple[Unit | None, dict[Record, list[int]]], common: tuple[Location, Source]
) -> list[bytes | None]:
    (unit, wanted), (scan, source) = part, common
    scanned: list[bytes] = []
    for record, rows in wanted.items():
        scanned += read_columns(scan, record, ["content_sha256"])["content_sha256"].take(rows).to_pylist()
    pictures = iter(source.pictures(unit, {record.chunk: rows for record, rows in wanted.items()}) if unit else ())
    found: list[bytes | None] = []
    # An input that has become shorter has no such rows, and no pictures for the rest.
    with suppress(IndexError, StopIteration, FileNotFoundError, pa.ArrowInvalid):
        for sha256 in scanned:
            encoded = next(pictures)
            is_same = encoded.content is not None and hashlib.sha256(encoded.content).digest() == sha256
            found.append(reduced(encoded.content) if is_same else None)
    return found + [None] * (len(scanned) - len(found))


def reduced(content: bytes) -> bytes:
    """Bring the longest side to at most LONGEST_SIDE; a smaller picture stays as it is, byte for byte."""
    rgb = decode(content).rgb
    height, width = rgb.shape[:2]
    if max(height, width) <= LONGEST_SIDE:
        return content
    image = Image.fromarray(rgb)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BILINEAR)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY, subsampling=0)
    return buffer.getvalue()


def _write_predictions(scan: Location, out: Location, plan: Plan, chosen: list[Chosen], name: str) -> None:
    """Write the rows of the chosen images as a scan of the review's own file, for import-predictions."""
    grouped = itertools.groupby(enumerate(chosen), key=lambda numbered: numbered[1].record.name)
    parts = [(shard, [(at, one) for at, one in rows]) for shard, (_, rows) in enumerate(grouped)]
    records = list(over(parts, _write_rows, (scan, out, plan, name)))
    write_manifest(out, plan, records)


def _write_rows(part: tuple[int, list[tuple[int, Chosen]]], common: tuple[Location, Location, Plan, str]) -> Record:
    (shard, rows), (scan, out, plan, name) = part, common
    table = read_columns(scan, rows[0][1].record, None).take([one.row for _, one in rows])
    keys = pa.array([key_of(name, at + 1) for at, _ in rows])
    table = table.set_column(table.schema.get_field_index("image"), "image", keys)
    content = encode_shard(table, {"model_sha256": plan.model.sha256, "views": plan.asked["views"]})
    record = Record(shard, 0, True, len(table), 0, len(content), hashlib.sha256(content).hexdigest())
    write_whole(out.child(record.name), content)
    return record
