"""A model's recipe, read from a TOML file and checked."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from .model import STREAMS, ModelShape
from .phase_fusion import FusionOptions
from .phase_streams import StreamOptions

T = TypeVar("T")


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a model, except the data and the initial weights."""

    name: str = "grefel-small"
    model: ModelShape = field(default_factory=ModelShape)
    image: StreamOptions = field(default_factory=StreamOptions)
    companion: StreamOptions = field(default_factory=StreamOptions)
    landmark: StreamOptions = field(default_factory=StreamOptions)
    vectors: FusionOptions = field(default_factory=FusionOptions)
    fusion: FusionOptions = field(default_factory=FusionOptions)
    joint: FusionOptions = field(default_factory=lambda: FusionOptions(epochs=0))
    """0 epochs leave it out."""


def _build(kind: type[T], values: dict[str, Any], place: str) -> T:
    hints = get_type_hints(kind)
    unknown = sorted(set(values) - set(hints))
    if unknown:
        raise ValueError(f"{place}{unknown[0]} is not a setting; known: {', '.join(sorted(hints))}")
    built = {}
    for name, value in values.items():
        expected = hints[name]
        if dataclasses.is_dataclass(expected):
            if not isinstance(value, dict):
                raise ValueError(f"{place}{name} must be a table")
            built[name] = _build(expected, value, f"{place}{name}.")
        elif expected is float and isinstance(value, int) and not isinstance(value, bool):
            built[name] = float(value)
        elif isinstance(value, list):
            built[name] = tuple(value)
        elif expected in (bool, int, float, str) and type(value) is not expected:
            raise ValueError(f"{place}{name} must be {expected.__name__}, not {value!r}")
        else:
            built[name] = value
    return kind(**built)


def read_recipe(path: Path) -> Recipe:
    """Raises ValueError, naming file and setting, for an unknown setting."""
    try:
        recipe = _build(Recipe, tomllib.loads(path.read_text()), "")
        for name in (recipe.model.image_stream, recipe.model.landmark_stream, recipe.model.companion):
            if name and name not in STREAMS:
                raise ValueError(f"there is no stream {name!r}; known: {', '.join(STREAMS)}")
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    # The encoder's inputs are the streams' outputs.
    image, landmark = STREAMS[recipe.model.image_stream], STREAMS[recipe.model.landmark_stream]
    second = STREAMS[recipe.model.companion or recipe.model.landmark_stream]
    encoder = dataclasses.replace(
        recipe.model.encoder, image_channels=image.channels, landmark_channels=landmark.channels,
        vector_size=image.vector_size + second.vector_size,
    )  # fmt: skip
    return dataclasses.replace(recipe, model=dataclasses.replace(recipe.model, encoder=encoder))


def without_balancing(recipe: Recipe) -> Recipe:
    """The same network without anchors and attention: its output is that of its primary head (Fig. 4)."""
    return dataclasses.replace(recipe, model=dataclasses.replace(recipe.model, anchors_per_class=0, attention=False))
