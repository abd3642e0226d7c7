"""Trains, measures and exports GReFEL, the model behind GReFEL Relabel (arXiv 2410.15927)."""

import os

# onnxruntime reports its use unless this is set before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
