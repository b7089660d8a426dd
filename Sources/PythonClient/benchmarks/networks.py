"""The networks whose training is measured, and their batches."""

from __future__ import annotations

from typing import Any, Callable, Dict, Tuple

import torch
from torch import nn


def perceptron() -> Tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """784-256-256-10 with batch norm, a batch of 100."""
    layers = []
    for inputs in (784, 256):
        layers += [nn.Linear(inputs, 256, bias=False), nn.BatchNorm1d(256), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(256, 10))
    return model, torch.randn(100, 784), torch.randint(0, 10, (100,))


def convolutional() -> Tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """Four convolutions with batch norm, 64 images of 28x28."""
    layers = []
    channels = 1
    for width, stride in ((32, 1), (32, 2), (64, 1), (64, 2)):
        layers += [
            nn.Conv2d(channels, width, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        ]
        channels = width
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
    return model, torch.randn(64, 1, 28, 28), torch.randint(0, 10, (64,))


class Block(nn.Module):
    """A residual block of two convolutions."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = nn.Sequential()
        if stride != 1 or inputs != width:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The block's output."""
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + self.downsample(x))


class ResNet18(nn.Module):
    """ResNet-18 for images of 32x32, with its 20 batch norms, named as in torchvision: its first
    convolution is 3x3 and keeps the size, as is usual for such images.
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        inputs = 64
        for number, width in enumerate((64, 128, 256, 512), 1):
            blocks = [Block(inputs, width, 1 if number == 1 else 2), Block(width, width, 1)]
            setattr(self, f"layer{number}", nn.Sequential(*blocks))
            inputs = width
        self.fc = nn.Linear(512, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The logits of images [examples, 3, height, width]."""
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


def residual() -> Tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """ResNet-18, 32 images of 32x32."""
    return ResNet18(), torch.randn(32, 3, 32, 32), torch.randint(0, 10, (32,))


#: By name: what makes a network and its batch, and the steps of a block, of about half a second.
NETWORKS: Dict[str, Tuple[Callable[[], Any], int]] = {
    "mlp": (perceptron, 250),
    "cnn": (convolutional, 16),
    "resnet18": (residual, 2),
}
