"""Trains, measures and exports GReFEL, the model behind GReFEL Relabel (arXiv 2410.15927)."""

__version__ = "0.1.0"
