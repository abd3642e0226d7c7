"""The eight FER+ classes in the order of every model output, and the names that datasets use for them."""

from __future__ import annotations

CLASSES: dict[str, tuple[str, ...]] = {
    "neutral": ("neutrality", "ne", "neu", "calm", "no expression"),
    "happiness": ("happy", "joy", "joyful", "ha", "hap", "smile", "smiling"),
    "surprise": ("surprised", "su", "sur", "astonishment"),
    "sadness": ("sad", "sa", "unhappy", "sorrow"),
    "anger": ("angry", "an", "ang", "mad", "rage"),
    "disgust": ("disgusted", "di", "dis"),
    "fear": ("fearful", "afraid", "scared", "fe", "fea", "fright"),
    "contempt": ("contemptuous", "co", "con", "scorn", "disdain"),
}
"""Class names in the order of the outputs' columns, each with the other names that datasets use."""

NAMES = tuple(CLASSES)
