import io
import json
import tarfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import LABELS, encoded, picture
from grefel_cluster.errors import ClusterError
from grefel_cluster.inputs.recognise import recognise
from grefel_cluster.inputs.source import InputOptions
from grefel_cluster.storage import locate


def read_all(source, done=frozenset()):
    return [encoded for unit in source.units() for _, _, pictures in source.chunks(unit, done) for encoded in pictures]


def recognised(address, tmp_path, shard_rows=10, **options):
    return recognise(str(address), locate(str(tmp_path / "out")), shard_rows, InputOptions(**options))


def test_reads_a_folder_in_the_order_of_its_names(faces, tmp_path):
    (faces / "notes.txt").write_text("no image")
    (faces / ".hidden.png").write_bytes(b"")
    source = recognised(faces, tmp_path)
    pictures = read_all(source)
    assert source.images == 24
    assert len(source.units()) == 3
    assert [picture.image for picture in pictures] == sorted(picture.image for picture in pictures)
    assert {picture.label for picture in pictures} == set(LABELS)
    assert pictures[0].content == (faces / pictures[0].image).read_bytes()


def test_reads_a_glob(faces, tmp_path):
    pictures = read_all(recognised(f"{faces}/sad*/*.png", tmp_path))
    assert len(pictures) == 8
    assert {picture.label for picture in pictures} == {"sadness"}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_reads_a_list_of_paths_and_labels(faces, tmp_path, kind):
    rows = {"path": ["sadness/0001.png", "gone.png", "happiness/0000.png"], "other": ["x", "y", "z"]}
    table = pa.table(rows | {"label": ["fear", "anger", None]})
    if kind == "csv":
        (faces / "list.csv").write_text(
            "path,other,label\nsadness/0001.png,x,fear\ngone.png,y,anger\nhappiness/0000.png,z,\n"
        )
    else:
        pq.write_table(table, faces / "list.parquet")
    pictures = read_all(recognised(faces / f"list.{kind}", tmp_path))
    assert [(found.image, found.label, found.problem) for found in pictures] == [
        ("sadness/0001.png", "fear", None),
        ("gone.png", "anger", "file not found"),
        ("happiness/0000.png", None, None),
    ]


def test_names_the_columns_of_a_list_without_paths(tmp_path):
    (tmp_path / "list.csv").write_text("where,what\na.png,fear\n")
    with pytest.raises(ClusterError, match="no column of image paths; its columns are where, what"):
        recognised(tmp_path / "list.csv", tmp_path)
    pictures = read_all(recognised(tmp_path / "list.csv", tmp_path, image_column="where", label_column="what"))
    assert [(found.image, found.label) for found in pictures] == [("a.png", "fear")]


def test_reads_pictures_of_parquet_files_with_class_names(tmp_path):
    features = {"info": {"features": {"label": {"names": list(LABELS), "_type": "ClassLabel"}}}}
    cells = [{"bytes": encoded(picture(seed)), "path": f"{seed}.png"} for seed in range(25)]
    table = pa.table({"image": cells, "label": [-1, *(seed % 3 for seed in range(1, 25))]})
    table = table.replace_schema_metadata({"huggingface": json.dumps(features)})
    (tmp_path / "data").mkdir()
    pq.write_table(table, tmp_path / "data" / "train.parquet", row_group_size=7)
    source = recognised(tmp_path / "data", tmp_path)
    pictures = read_all(source)
    assert source.images == 25
    assert [found.content for found in pictures] == [cell["bytes"] for cell in cells]
    assert [found.image for found in pictures[:3]] == ["train.parquet", "train.parquet#2", "train.parquet#3"]
    assert [found.label for found in pictures[:3]] == [None, "sadness", "anger"]


def test_splits_a_large_group_of_rows(tmp_path):
    table = pa.table({"image": [encoded(picture(seed)) for seed in range(25)]})
    pq.write_table(table, tmp_path / "all.parquet")
    source = recognised(tmp_path / "all.parquet", tmp_path)
    assert [(unit.start, unit.end) for unit in source.units()] == [(0, 10), (10, 20), (20, 25)]
    assert [found.content for found in read_all(source)] == table["image"].to_pylist()


def write_tar(path, samples):
    with tarfile.open(path, "w") as tar:
        for name, content in samples:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def test_streams_webdataset_tars_a_shard_at_a_time(tmp_path):
    (tmp_path / "tars").mkdir()
    samples = []
    for seed in range(12):
        samples += [(f"{seed:03d}.cls", b"2"), (f"{seed:03d}.png", encoded(picture(seed)))]
    samples += [("a.jpg", b"broken"), ("a.json", b'{"emotion": "fear"}')]
    write_tar(tmp_path / "tars" / "000.tar", samples)
    source = recognised(tmp_path / "tars", tmp_path)
    (unit,) = source.units()
    chunks = list(source.chunks(unit, frozenset()))
    assert [(number, last, len(pictures)) for number, last, pictures in chunks] == [(0, False, 10), (1, True, 3)]
    assert (chunks[0][2][0].image, chunks[0][2][0].label) == ("000.tar/000.png", "2")
    assert chunks[1][2][2].label == "fear"
    assert [number for number, _, _ in source.chunks(unit, frozenset({0}))] == [1]


def test_says_that_an_empty_folder_holds_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ClusterError, match="holds no images"):
        recognised(tmp_path / "empty", tmp_path)
    with pytest.raises(ClusterError, match="is not there"):
        recognised(tmp_path / "nowhere", tmp_path)
    pq.write_table(pa.table({"image": pa.array([], pa.binary())}), tmp_path / "none.parquet")
    with pytest.raises(ClusterError, match="no images"):
        recognised(tmp_path / "none.parquet", tmp_path)


@pytest.mark.parametrize("damage", ["at a member", "in a header", "in a picture", "bad checksum", "empty"])
def test_refuses_a_tar_that_is_cut_off_or_damaged(tmp_path, damage):
    content = encoded(picture(1))
    tar = tmp_path / "0.tar"
    write_tar(tar, [(f"{number}.png", content) for number in range(5)])
    whole = bytearray(tar.read_bytes())
    member = 512 + -(-len(content) // 512) * 512
    whole[2 * member + 150] ^= 0xFF if damage == "bad checksum" else 0
    ends = {"at a member": 3 * member, "in a header": 3 * member + 200, "in a picture": 3 * member + 600, "empty": 0}
    tar.write_bytes(whole[: ends.get(damage, len(whole))])
    with pytest.raises(ClusterError, match=r"0\.tar is damaged or cut off"):
        read_all(recognised(tar, tmp_path))
