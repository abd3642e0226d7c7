"""The model card, from what was measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .classes import NAMES

_TEXT = """# {name} {version}

GReFEL (arXiv 2410.15927) over two MobileFaceNet streams: window cross-attention at three levels, 147 tokens of three scales,
two transformer blocks, reliability balancing with 10 anchors for each of eight classes, D = 192. One ONNX file,
{megabytes:.1f} MB, input uint8 [N, 112, 112, 3] RGB. Contract: docs/model-contract.md.

## For what

Ranking labels of facial-expression datasets by how likely they are wrong, for a person to review. It reads a displayed
expression in one cropped face. It does not tell what somebody feels, and is not made for judging people.

## Made from

- Image stream: MobileFaceNet (Apache-2.0, foamliu/MobileFaceNet), fine-tuned on FER+ votes of FER2013's Training images.
- Landmark stream: the same network, taught the points that MediaPipe's face mesh (Apache-2.0) finds on those images. Mean error
  on held-out faces {landmark}, in shares of the distance between the eyes, against that teacher, not against people.
- The initial weights were trained on MS-Celeb-1M, which its owners have withdrawn.
- Fusion and reliability balancing: trained with both streams frozen, soft votes, losses of Eq. 20 to 23 (the anchor loss
  bounded by a hinge), 1.5 epochs on two CPU cores. The class token starts from the image stream's own vector, which the paper's
  network does not have. Joint fine-tuning of all parts has not been done yet.
- `{name}.training.csv.gz` lists the {images} training images. Copies are known by pixels, or by a perceptual hash within
  {distance} of 64 bits: {jpeg:.1%} of JPEG-90 and {enlarged:.1%} of 224-pixel copies are recognised, and {strange:.1%} of other faces
  (role `dev`) are taken for copies.

## Measured

In onnxruntime on the CPU. Truth: the emotion with most of ten FER+ votes, without ties and rejected images. `dev` chose the
checkpoint, `test` is only reported; both are FER2013 PublicTest images without twins in Training.

| | corrected | primary | geometric | attentive | macro F1 | log loss |
| --- | --- | --- | --- | --- | --- | --- |
{rows}

Per class on `test` (rows truth, columns read):

| truth | F1 | {header} |
| --- | --- | {rule} |
{confusion}

The paper reports 93.09 % on FER+. This is a smaller network (two of 1 M parameters instead of IR-50), trained for about an
hour on two CPU cores, and measured on other images by another rule (twins and doubtful images left out). The image stream
alone, with a plain classifier, reaches 84.6 % on `dev` and `test` together: reliability balancing on frozen streams has
not gained accuracy over it yet.

## Limits

FER2013 is grey, 48 x 48, from web searches, and unbalanced: disgust, fear and contempt are read poorly (see F1). Sharper and colour
faces, drawings, profiles and occlusions were not trained on. Accuracy by age, gender or skin colour was not measured. For
images of FER2013's Training part its reading is no evidence about their labels, and the application marks them.
"""


def write_card(path: Path, name: str, version: str, report: dict[str, Any], size_bytes: int) -> None:
    """Writes the card; `report` is what shipping.ship measured."""
    test, copies, landmark = report["test"], report["copies"], report["landmarkError"]
    columns = ("correctedAccuracy", "primaryAccuracy", "geometricAccuracy", "attentiveAccuracy")

    def row(role: str) -> str:
        figures = report[role]
        shares = " | ".join(f"{figures[column]:.1%}" for column in columns)
        return f"| {role} ({figures['images']} images) | {shares} | {figures['f1Macro']:.3f} | {figures['correctedLogLoss']:.3f} |"

    path.write_text(
        _TEXT.format(
            name=name,
            version=version,
            megabytes=size_bytes / 1e6,
            landmark="not measured" if landmark is None else f"{landmark:.1%}",
            images="28,558",
            distance=copies["distance"],
            jpeg=copies["jpeg90"],
            enlarged=copies["enlarged224"],
            strange=copies["falseMatches"],
            rows="\n".join(row(role) for role in ("dev", "test")),
            header=" | ".join(NAMES),
            rule=" | ".join("---" for _ in NAMES),
            confusion="\n".join(
                f"| {label} | {test['f1'][label]:.3f} | " + " | ".join(str(count) for count in counts) + " |"
                for label, counts in zip(NAMES, test["confusion"], strict=True)
            ),
        )
    )
