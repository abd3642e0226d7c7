import type { CleanedSample } from '../cleanedRows.ts';
import { hasFile, labelOf } from '../labelledSamples.ts';
import { textFormat } from '../textFormat.ts';

/** A Python module with a Dataset over the images; the labels are in it, so that no other file is needed. */
export const pytorch = textFormat({
  title: 'PyTorch dataset',
  description: 'A Python file with a torch Dataset over the images, their boxes and the clean labels.',
  extension: '.py',
  mediaType: 'text/x-python; charset=utf-8',
  holdsExcluded: false,
  namesFiles: false,
  needsFile: true,
  shape: 'lines',

  begin({ classNames, datasetName }) {
    const indexOf = new Map(classNames.map((name, index) => [name, index]));
    const entry = (cleaned: CleanedSample) => {
      const label = labelOf(cleaned);
      const index = label === null ? undefined : indexOf.get(label);
      if (index === undefined || !hasFile(cleaned.sample)) return null;
      const { region, path } = cleaned.sample;
      const part = region === null ? [] : [region];
      return `${JSON.stringify([path, index, cleaned.row.split, ...part])}\n`;
    };
    return { head: head(datasetName, classNames), entry, separator: '', tail: '"""\n' };
  },
});

function head(datasetName: string, classNames: readonly string[]): string {
  return `"""Cleaned labels of ${datasetName.replaceAll(/["\\\\\n\r]/g, ' ')}, written by GReFEL Relabel.

    from ${'<this file>'} import CleanedDataset
    train = CleanedDataset("/path/to/dataset", split="train", transform=...)
"""

import json
import os

from PIL import Image

CLASSES = ${JSON.stringify(classNames).replaceAll('null', 'None')}


class CleanedDataset:
    """A map-style dataset of torch.utils.data: (image, index into CLASSES)."""

    def __init__(self, root, split=None, transform=None):
        self.root = root
        self.transform = transform
        self.classes = CLASSES
        self.samples = [row for row in map(json.loads, ROWS.strip().split("\\n")) if split in (None, row[2])]
        self.targets = [row[1] for row in self.samples]

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        path, label, _, *region = self.samples[index]
        image = _open(os.path.join(self.root, path), region[0] if region else None)
        return (image if self.transform is None else self.transform(image)), label


_TABLES = {}


def _open(path, region):
    if region is None or region["kind"] == "box":
        image = Image.open(path).convert("RGB")
        if region is None:
            return image
        across, down = image.size if region.get("unit") == "fraction" else (1, 1)
        left, top = max(0, round(region["left"] * across)), max(0, round(region["top"] * down))
        right = min(image.width, round((region["left"] + region["width"]) * across))
        bottom = min(image.height, round((region["top"] + region["height"]) * down))
        return image.crop((left, top, right, bottom))
    if region["kind"] == "parquet":
        import io
        import pyarrow.parquet as parquet

        if path not in _TABLES:
            _TABLES[path] = parquet.read_table(path, columns=[region["column"]])
        value = _TABLES[path].column(0)[region["row"]].as_py()
        return Image.open(io.BytesIO(value["bytes"] if isinstance(value, dict) else value)).convert("RGB")
    with open(path, "rb") as file:
        file.seek(region["offset"])
        data = file.read(region["length"])
    values = bytes(int(value) for value in data.decode().replace('"', " ").split())
    side = int(len(values) ** 0.5)
    return Image.frombytes("L", (side, side), values).convert("RGB")


# One line an image: path, index into CLASSES, split, and the part of the file that is the picture.
ROWS = r"""
`;
}
