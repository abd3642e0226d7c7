import io
import json
import os
import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import LABELS, encoded, picture, write_faces
from grefel_cluster.errors import ClusterError
from grefel_cluster.inputs.recognise import recognise
from grefel_cluster.inputs.source import InputOptions, label_of
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


def test_takes_a_bad_entry_of_a_list_for_a_row_with_its_reason(faces, tmp_path):
    (faces / "b c#1?.png").write_bytes(encoded(picture(1)))
    (faces / "caf\N{LATIN SMALL LETTER E WITH ACUTE}.png").write_bytes(encoded(picture(1)))
    (faces / "loop.png").symlink_to(faces / "loop.png")
    problems = {
        "": "the list names no image",
        ".": "a folder, not a file",
        "a" * 300 + ".png": "the file name is too long",
        "loop.png": "the path is a loop of links",
        "a\0b.png": "not a valid path",
        f"file://{faces}/b c#1?.png": None,
        f"{faces}/b c#1?.png": None,
        "..\\faces\\anger\\0002.png": None,
        "cafe\N{COMBINING ACUTE ACCENT}.png": None,
        "s3://": "s3:// cannot be opened",
        "http://host/a.png": "http://host/a.png cannot be opened",
        "://": ":// cannot be opened",
    }
    pq.write_table(pa.table({"path": list(problems)}), faces / "list.parquet")
    pictures = read_all(recognised(faces / "list.parquet", tmp_path, shard_rows=20))
    assert [found.image for found in pictures] == list(problems)
    for found in pictures:
        expected = problems[found.image]
        assert found.problem is None if expected is None else found.problem.startswith(expected)


def test_opens_a_bucket_once_for_all_its_keys():
    store = "s3://key:secret@bucket?region=us-east-1&endpoint_override=localhost:1"
    first, second = (locate(store.replace("?", f"/a/{name}.png?")) for name in ("1 2#3", "b"))
    assert (first.path, second.path) == ("bucket/a/1 2#3.png", "bucket/a/b.png")
    assert first.files is second.files


@pytest.mark.parametrize(
    ("value", "label"),
    [(3.0, "3"), (0.5, "0.5"), (float("nan"), None), (True, "true"), (b"fear", "fear"), (" ", None), (-1, "-1")],
)
def test_writes_labels_as_the_application_does(tmp_path, value, label):
    assert label_of(value) == label
    pq.write_table(pa.table({"path": ["a.png"], "label": [value]}), tmp_path / "list.parquet")
    pq.write_table(pa.table({"image": [b"1"], "label": [value]}), tmp_path / "packed.parquet")
    for name in ("list", "packed"):
        assert [found.label for found in read_all(recognised(tmp_path / f"{name}.parquet", tmp_path))] == [label]


def test_reads_a_csv_with_spaces_and_ragged_rows(tmp_path):
    (tmp_path / "list.csv").write_text('path, "la,bel", label\n a.png , x, fear \nb.png\n\n"c\n.png",x,anger,more\n')
    pictures = read_all(recognised(tmp_path / "list.csv", tmp_path))
    found = [(found.image, found.label) for found in pictures]
    assert found == [("a.png", "fear"), ("b.png", None), ("c\n.png", "anger")]


def test_says_what_is_wrong_with_a_list(tmp_path):
    (tmp_path / "list.csv").write_bytes("path,label\na.png,caf\xe9\n".encode("latin-1"))
    with pytest.raises(ClusterError, match=r"list\.csv cannot be read as a list.*UTF-8"):
        recognised(tmp_path / "list.csv", tmp_path)


def test_refuses_a_label_column_that_is_not_there(faces, tmp_path):
    pq.write_table(pa.table({"image": [b"1"], "label": ["a"]}), tmp_path / "packed.parquet")
    write_tar(tmp_path / "0.tar", [("a.png", b"1")])
    for address in (tmp_path / "packed.parquet", faces, tmp_path / "0.tar", faces / "anger" / "0002.png"):
        with pytest.raises(ClusterError, match=r'no .*"emotino"'):
            recognised(address, tmp_path, label_column="emotino")


def test_reads_a_folder_whose_name_looks_like_a_glob(tmp_path):
    folder = write_faces(tmp_path / "faces [cropped]", 3)
    assert len(read_all(recognised(folder, tmp_path))) == 3
    assert len(read_all(recognised(f"{folder}/*/*.png", tmp_path))) == 3


def test_labels_a_glob_within_a_class_folder(faces, tmp_path):
    assert {found.label for found in read_all(recognised(f"{faces}/anger/*.png", tmp_path))} == {"anger"}


def test_reads_odd_tars(tmp_path):
    samples = [
        ("\udce9.png", b"1"),
        ("._a.png", b"2"),
        ("c.json", b'{"label": null, "emotion": "fear"}'),
        ("c.png", b"3"),
    ]
    write_tar(tmp_path / "0.tar", samples)
    found = [(found.image, found.label) for found in read_all(recognised(tmp_path / "0.tar", tmp_path))]
    assert found == [("0.tar/\\xe9.png", None), ("0.tar/c.png", "fear")]


@pytest.mark.parametrize(
    ("features", "value", "label"),
    [
        (None, 1, "1"),
        ({"label": [{"names": ["a", "b"]}]}, [1], "b"),
        ({"label": {"feature": {"names": ["a", "b"]}, "_type": "Sequence"}}, [1, 0], "b,a"),
        ({"label": {"names": ["a", "b"]}}, 1.0, "b"),
        ({"label": {"names": ["a", "b"]}}, float("nan"), None),
        ({"label": {"names": ["a", "b"]}}, 5, "5"),
    ],
)
def test_reads_the_metadata_of_datasets(tmp_path, features, value, label):
    table = pa.table({"id": [b"7"], "label": [value], "image": [{"bytes": b"1"}]})
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pq.write_table(table, tmp_path / "a.parquet")
    (found,) = read_all(recognised(tmp_path / "a.parquet", tmp_path))
    assert (found.content, found.label) == (b"1", label)


def test_prefers_the_column_of_pictures_by_its_name(tmp_path):
    pq.write_table(pa.table({"label": [b"fear"], "image": [b"1"]}), tmp_path / "a.parquet")
    (found,) = read_all(recognised(tmp_path / "a.parquet", tmp_path))
    assert (found.content, found.label) == (b"1", "fear")


def test_does_not_follow_a_link_to_a_folder_above(faces, tmp_path):
    (faces / "anger" / "again").symlink_to(faces)
    assert len(read_all(recognised(faces, tmp_path))) == 24


def test_names_the_folder_of_a_file_whose_name_is_not_utf8(faces, tmp_path):
    (faces / "anger" / os.fsdecode(b"\xe9.png")).write_bytes(b"")
    with pytest.raises(ClusterError, match="anger holds a file whose name is not UTF-8"):
        recognised(faces, tmp_path)


def bytes_read():
    return int(Path("/proc/self/io").read_text().split()[1])


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="Linux counts what a process reads")
def test_reads_a_large_group_no_further_than_a_unit_goes(tmp_path):
    pictures = [bytes([seed % 251]) * 20_000 for seed in range(3000)]
    pq.write_table(pa.table({"image": pictures}), tmp_path / "all.parquet", use_dictionary=False, compression="none")
    source = recognised(tmp_path / "all.parquet", tmp_path)
    before = bytes_read()
    ((_, _, found),) = source.chunks(source.units()[1], frozenset())
    assert [encoded.content[:1] for encoded in found] == [bytes([seed]) for seed in range(10, 20)]
    assert bytes_read() - before < 40e6  # of 60 MB
