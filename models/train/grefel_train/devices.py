"""Where training runs: on CUDA if available, else on the CPU; in bfloat16 on both."""

from __future__ import annotations

import torch


def training_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half_precision(device: torch.device) -> torch.autocast:
    """Arithmetic in bfloat16, weights in 32 bits."""
    return torch.autocast(device.type, torch.bfloat16)
