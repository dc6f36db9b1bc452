"""A network in PyTorch, with masks on the gradients; the same protocol as ours.ts.

Arguments: a network, and what PyTorch is told to make of it: `threads=1`, `fused` (one kernel for the optimizer's update
of all parameters), `channels_last`, `compiled` (torch.compile of the network with its loss). Without `fused`, the
optimizer is as PyTorch takes it by itself."""

import sys
import time

import torch
from torch import nn

name, *told = sys.argv[1:]
for option in told:
    if option.startswith("threads="):
        torch.set_num_threads(int(option[8:]))
fused = {"fused": True} if "fused" in told else {}
layout = torch.channels_last if "channels_last" in told else torch.contiguous_format
batch_size = 128 if name in ("resnet20", "vgg16") else 60
dense = name == "lenet"
examples = 55_000 if dense else 5_000
images = torch.rand(examples, 784) if dense else torch.rand(examples, 3, 32, 32).to(memory_format=layout)
labels = torch.randint(0, 10, (examples,))


def multilayer(units):
    layers = []
    for inputs, outputs in zip(units, units[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return [*layers, nn.Linear(units[-1], 10)]


def conv_n(stages):
    layers, channels, side = [], 3, 32
    for filters in stages:
        for _ in range(2):
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
        layers.append(nn.MaxPool2d(2))
        side //= 2
    return nn.Sequential(*layers, nn.Flatten(), *multilayer([side * side * channels, 256, 256]))


def normalized(channels, filters, window=3, stride=1):
    convolution = nn.Conv2d(channels, filters, window, stride, padding=window // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(filters))


class Block(nn.Module):
    def __init__(self, channels, filters):
        super().__init__()
        stride = 1 if channels == filters else 2
        self.first = normalized(channels, filters, 3, stride)
        self.second = normalized(filters, filters)
        self.shortcut = nn.Identity() if stride == 1 else normalized(channels, filters, 1, stride)

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x))) + self.shortcut(x))


def resnet20():
    widths = [16] + [16] * 3 + [32] * 3 + [64] * 3
    blocks = [Block(before, after) for before, after in zip(widths, widths[1:])]
    ends = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]
    return nn.Sequential(normalized(3, 16), nn.ReLU(), *blocks, *ends)


def vgg16():
    layers, channels = [], 3
    for stage, (filters, count) in enumerate([(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]):
        layers += [nn.MaxPool2d(2)] if stage else []
        for _ in range(count):
            layers += [normalized(channels, filters), nn.ReLU()]
            channels = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


makers = {
    "lenet": lambda: nn.Sequential(*multilayer([784, 300, 100])),
    "conv2": lambda: conv_n([64]),
    "conv6": lambda: conv_n([64, 128, 256]),
    "resnet20": resnet20,
    "vgg16": vgg16,
}
model = makers[name]().to(memory_format=layout)
initial = {key: tensor.clone() for key, tensor in model.state_dict().items()}
weights = [parameter for parameter in model.parameters() if parameter.dim() >= 2]
cross_entropy = nn.CrossEntropyLoss()


def loss_of(x, y):
    return cross_entropy(model(x), y)


if "compiled" in told:
    loss_of = torch.compile(loss_of)


def optimizer_of():
    if batch_size == 128:
        return torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4, **fused)
    return torch.optim.Adam(model.parameters(), lr=1.2e-3 if dense else 2e-4, **fused)


def train(density, output, steps):
    began = time.perf_counter()
    model.load_state_dict(initial)
    shares = [density] * (len(weights) - 1) + [output]
    masks = [(torch.rand_like(weight) < share).float() for weight, share in zip(weights, shares)]
    masked = density < 1
    with torch.no_grad():
        for weight, mask in zip(weights, masks):
            weight.mul_(mask)
    optimizer = optimizer_of()
    loaded = time.perf_counter()
    worked = time.process_time()
    for _ in range(steps):
        batch = torch.randint(0, examples, (batch_size,))
        optimizer.zero_grad()
        loss_of(images[batch], labels[batch]).backward()
        if masked:
            # Weight decay leaves weights as they are that are zero.
            torch._foreach_mul_([weight.grad for weight in weights], masks)
        optimizer.step()
    milliseconds = (time.perf_counter() - loaded) / steps * 1e3
    return milliseconds, (loaded - began) * 1e3, (time.process_time() - worked) / steps * 1e3


print("ready", flush=True)
for line in sys.stdin:
    density, output, steps = line.split()
    print(*train(float(density), float(output), int(steps)), flush=True)
