"""Opens what `grefel export` writes with the tools that it is written for, if they are installed.

    pip install datasets pyarrow pillow fiftyone label-studio-sdk torchvision
    python bench/openExports.py

The sample dataset gets predictions and three decisions; then every export is opened and its labels are compared with the
cleaned CSV. Prints one line a tool: its version and what was found, or why it was not tried.
"""

import csv
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FACES = ROOT / "resources/sample/faces"
CLASSES = sorted(folder.name for folder in FACES.iterdir())
IMAGES = sorted(str(path.relative_to(FACES)) for path in FACES.glob("*/*.jpg"))
DECISIONS = {IMAGES[0]: "fear", IMAGES[-1]: "anger", IMAGES[100]: None}  # None: excluded


def grefel(*arguments):
    subprocess.run(["node", str(ROOT / "bin/grefel.js"), *map(str, arguments), "--quiet"], check=True)


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def review_all(folder, names, work):
    """Predictions that agree with each label, and the decisions. `names`: key of each image in the dataset."""
    predictions = work / f"{folder.name}-predictions.csv"
    with predictions.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", *CLASSES])
        for image, key in names.items():
            label = image.split("/")[0]
            writer.writerow([key, *(0.94 if name == label else 0.01 for name in CLASSES)])
    grefel("import-predictions", folder, predictions)
    decisions = work / f"{folder.name}-decisions.csv"
    with decisions.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "label_clean", "status", "annotator", "decided_at"])
        for image, label in DECISIONS.items():
            status = "excluded" if label is None else "relabelled"
            writer.writerow([names[image], label or "", status, "ann", "2026-01-01T10:00:00Z"])
    grefel("apply", folder, decisions)


def expected():
    labels = {image: image.split("/")[0] for image in IMAGES}
    labels.update(DECISIONS)
    return {image: label for image, label in labels.items() if label is not None}


def check(name, found):
    assert found == expected(), f"{name}: {len(found)} labels, {sum(found.get(k) != v for k, v in expected().items())} differ"
    return f"{len(found)} images with the clean labels"


def open_imagefolder(work):
    import datasets

    folder = work / "imagefolder"
    shutil.copytree(FACES, folder)
    grefel("export", FACES, "--format", "imagefolder", "--out", folder / "metadata.jsonl")
    loaded = datasets.load_dataset("imagefolder", data_dir=str(folder), split="train", cache_dir=str(work / "cache"))
    column = next(name for name in loaded.column_names if name != "image" and "label" in name)
    loaded = loaded.cast_column("image", datasets.Image(decode=False))
    value = loaded.features[column]
    text = (lambda label: value.int2str(label)) if isinstance(value, datasets.ClassLabel) else str
    return check(
        "imagefolder",
        {str(pathlib.Path(row["image"]["path"]).relative_to(folder)): text(row[column]) for row in loaded if row[column] is not None},
    )


def open_parquet(work):
    import datasets
    import pyarrow.parquet

    folder = work / "parquet"
    folder.mkdir()
    features = datasets.Features(
        {"image": datasets.Image(), "label": datasets.ClassLabel(names=CLASSES), "name": datasets.Value("string")}
    )
    rows = [
        {"image": {"bytes": (FACES / image).read_bytes(), "path": image}, "label": image.split("/")[0], "name": image}
        for image in IMAGES
    ]
    source = folder / "train-00000-of-00001.parquet"
    datasets.Dataset.from_list(rows, features=features).to_parquet(str(source), batch_size=50)
    keys = {image: source.name + ("" if place == 0 else f"#{place + 1}") for place, image in enumerate(IMAGES)}
    review_all(folder, keys, work)
    out = work / "cleaned.parquet"
    grefel("export", folder, "--format", "source", "--out", out)
    before, after = (pyarrow.parquet.read_table(path) for path in (source, out))
    assert before.schema.equals(after.schema, check_metadata=True)
    assert before.drop(["label"]).equals(after.drop(["label"]))
    loaded = datasets.load_dataset("parquet", data_files=str(out), split="train", cache_dir=str(work / "cache"))
    loaded[0]["image"].load()
    labels = loaded.features["label"]
    found = {name: labels.int2str(label) for name, label in zip(loaded["name"], loaded["label"]) if label >= 0}
    excluded = next(image for image, label in DECISIONS.items() if label is None)
    if found.get(excluded) == excluded.split("/")[0]:
        del found[excluded]  # without --excluded leave-out its label stays
    return check("parquet", found) + "; all other columns and the metadata are equal"


def open_fiftyone(work):
    import fiftyone

    folder = work / "fiftyone"
    folder.mkdir()
    grefel("export", FACES, "--format", "fiftyone", "--out", folder / "samples.json")
    exported = json.loads((folder / "samples.json").read_text())
    (folder / "metadata.json").write_text(json.dumps({key: exported[key] for key in exported if key != "samples"}))
    dataset = fiftyone.Dataset.from_dir(
        dataset_dir=str(folder), dataset_type=fiftyone.types.FiftyOneDataset, rel_dir=str(FACES)
    )
    field = next(name for name in dataset.get_field_schema() if "ground_truth" in name or "clean" in name)
    return check(
        "fiftyone",
        {str(pathlib.Path(s.filepath).relative_to(FACES)): s[field].label for s in dataset if s[field] is not None},
    )


def open_label_studio(work):
    from label_studio_sdk.converter import Converter

    tasks = work / "tasks"
    tasks.mkdir()
    grefel("export", FACES, "--format", "label-studio", "--out", tasks / "project.json")
    choices = "".join(f'<Choice value="{name}"/>' for name in CLASSES)
    exported = json.loads((tasks / "project.json").read_text())
    from_name = exported[0]["annotations"][0]["result"][0]["from_name"]
    to_name = exported[0]["annotations"][0]["result"][0]["to_name"]
    config = f'<View><Image name="{to_name}" value="$image"/><Choices name="{from_name}" toName="{to_name}">{choices}</Choices></View>'
    out = work / "label-studio"
    Converter(config=config, project_dir=None).convert_to_json_min(str(tasks), str(out))
    (result,) = out.glob("*.json")
    found = {}
    for task in json.loads(result.read_text()):
        chosen = task.get(from_name)
        if chosen:
            found[task["grefel_image"]] = chosen if isinstance(chosen, str) else chosen[0]
    return check("label-studio", found)


def open_pytorch(work):
    module = work / "cleaned.py"
    grefel("export", FACES, "--format", "pytorch", "--out", module)
    spec = importlib.util.spec_from_file_location("cleaned", module)
    cleaned = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(cleaned)
    dataset = cleaned.CleanedDataset(str(FACES))
    image, label = dataset[0]
    assert image.mode == "RGB" and cleaned.CLASSES[label] == expected()[dataset.samples[0][0]]
    return check("pytorch", {row[0]: cleaned.CLASSES[row[1]] for row in dataset.samples})


def open_tree(work):
    from torchvision.datasets import ImageFolder

    folder = work / "tree"
    grefel("export", FACES, "--format", "tree", "--out", folder)
    dataset = ImageFolder(str(folder))
    key_of = {pathlib.Path(image).name: image for image in IMAGES}
    assert len(key_of) == len(IMAGES), "two images have one name"
    image, target = dataset[0]
    assert image.mode == "RGB" and dataset.targets[0] == target
    found = {key_of[pathlib.Path(path).name]: dataset.classes[target] for path, target in dataset.samples}
    return check("tree", found) + ", and a picture decoded"


TOOLS = [
    ("Hugging Face datasets, imagefolder", "datasets", open_imagefolder),
    ("Hugging Face datasets, Parquet", "datasets", open_parquet),
    ("FiftyOne", "fiftyone", open_fiftyone),
    ("Label Studio's converter", "label-studio-sdk", open_label_studio),
    ("PyTorch dataset (Pillow)", "pillow", open_pytorch),
    ("torchvision ImageFolder", "torchvision", open_tree),
]


def main():
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        os.environ["GREFEL_DATA_DIR"] = str(work / "data")
        os.environ["FIFTYONE_DO_NOT_TRACK"] = "1"
        review_all(FACES, {image: image for image in IMAGES}, work)
        for title, package, open_with in TOOLS:
            installed = version(package)
            if installed is None:
                print(f"{title}: not tried, {package} is not installed")
                continue
            try:
                print(f"{title} {installed}: {open_with(work)}")
            except Exception as error:
                if type(error).__name__ == "FiftyOneConfigError":  # it needs a MongoDB server
                    print(f"{title} {installed}: not tried, {str(error)[:200]}")
                    continue
                failed = True
                print(f"{title} {installed}: FAILED, {type(error).__name__}: {str(error)[:600]}")
    return 1 if failed else 0


sys.exit(main())
