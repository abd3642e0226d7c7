"""Scans datasets that outgrow one machine with GReFEL on a Ray cluster; the desktop application reviews the result."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

# Neither Ray nor onnxruntime may report their use; both look when they are imported.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

PACKAGE = Path(__file__).resolve().parent
TRAINING = PACKAGE.parents[1] / "models" / "train"
"""Of a checkout: preprocessing and fingerprints are those of training, not copies."""

if find_spec("grefel_train") is None and TRAINING.is_dir():
    sys.path.append(str(TRAINING))

__version__ = "0.1.0"
