"""Writes golden/ranking.parquet: `PYTHONPATH=. python tests/write_golden.py SCAN FLAGS.json`.

SCAN is the folder of a scan of resources/sample/faces by the shipped model. FLAGS.json says what the application's
`wrong_label` of each image is, by its name, after `import-predictions` of SCAN and `scan --rely-on base --no-head`.
"""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from grefel_cluster.review.rank import read_columns
from grefel_cluster.review.ranking import read_weights
from grefel_cluster.scanning.manifest import read_shards
from grefel_cluster.storage import locate

COLUMNS = ["image", "label", "problem", "corrected", "attentive", "anchor_distance"]

if __name__ == "__main__":
    scan, flags = locate(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    plan, shards = read_shards(scan)
    table = pa.concat_tables([read_columns(scan, record, COLUMNS) for record in shards])
    table = table.append_column("wrong_label", pa.array([flags[image] for image in table["image"].to_pylist()]))
    about = {"weights": json.dumps(read_weights()), "model": json.dumps(plan.model.metadata)}
    pq.write_table(
        table.replace_schema_metadata(about), Path(__file__).parent / "golden" / "ranking.parquet", compression="zstd"
    )
