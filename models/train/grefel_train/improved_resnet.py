"""IR-50, the wide image stream of the paper's reference setting: residual blocks with batch norm first and PReLU.

After Duta et al. 2020 and ArcFace's variant of He et al. 2016.
"""

from __future__ import annotations

from torch import Tensor, nn

from .streams import Maps

# Channels and blocks of the stages; each halves the map.
_STAGES = ((64, 3), (128, 4), (256, 14), (512, 3))


class _Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.short = (
            nn.Identity()
            if inputs == outputs and stride == 1
            else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        )
        self.long = nn.Sequential(
            nn.BatchNorm2d(inputs), nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs), nn.PReLU(outputs),
            nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return self.short(x) + self.long(x)


class ImprovedResNet50(nn.Module):
    """RGB 0..255 [N, 3, 112, 112] -> Maps [N, 128, 28, 28], [N, 256, 14, 14], [N, 512, 7, 7]; `vector` is [N, 512]."""

    channels = (128, 256, 512)
    vector_size = 512

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.PReLU(64))
        stages, inputs = [], 64
        for outputs, blocks in _STAGES:
            stages.append(nn.Sequential(*(_Block(inputs if i == 0 else outputs, outputs, 2 if i == 0 else 1) for i in range(blocks))))
            inputs = outputs
        self.stages = nn.ModuleList(stages)
        self.norm = nn.BatchNorm2d(inputs)

    def freeze(self, blocks: int) -> list[nn.Module]:
        """Stops the first convolution and `blocks` stages from learning; -> what must stay in eval mode."""
        parts = [self.stem, *self.stages[:blocks]]
        for part in parts:
            part.requires_grad_(False)
        return parts

    def forward(self, image: Tensor) -> Maps:
        x = self.stem(image / 127.5 - 1.0)
        levels = []
        for stage in self.stages:
            x = stage(x)
            levels.append(x)
        return Maps(levels[1], levels[2], self.norm(levels[3]))

    def vector(self, high: Tensor) -> Tensor:
        """[N, 512, 7, 7] -> [N, 512]."""
        return high.mean(dim=(2, 3))
