"""LeNet-300-100 or Conv-2 in PyTorch, eager, with masks on the gradients; the same protocol as ours.ts.

Arguments: lenet or conv2, and the number of threads; as many as PyTorch takes by itself where that is left out."""

import sys
import time

import torch

conv2 = sys.argv[1] == "conv2"
if len(sys.argv) > 2:
    torch.set_num_threads(int(sys.argv[2]))
examples = 5_000 if conv2 else 55_000
images = torch.rand(examples, 3, 32, 32) if conv2 else torch.rand(examples, 784)
labels = torch.randint(0, 10, (examples,))
loss_of = torch.nn.CrossEntropyLoss()


def build():
    """Weights as PyTorch draws them."""
    if conv2:
        layers = [
            torch.nn.Conv2d(3, 64, 3, padding=1),
            torch.nn.ReLU(),
            torch.nn.Conv2d(64, 64, 3, padding=1),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2),
            torch.nn.Flatten(),
        ]
        units = [16 * 16 * 64, 256, 256]
    else:
        layers = []
        units = [784, 300, 100]
    for inputs, outputs in zip(units, units[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(units[-1], 10))


def train(density, output, steps):
    began = time.perf_counter()
    model = build()
    weights = [parameter for parameter in model.parameters() if parameter.dim() >= 2]
    shares = [density] * (len(weights) - 1) + [output]
    masks = [(torch.rand_like(weight) < share).float() for weight, share in zip(weights, shares)]
    masked = density < 1
    with torch.no_grad():
        for weight, mask in zip(weights, masks):
            weight.mul_(mask)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-4 if conv2 else 1.2e-3)
    loaded = time.perf_counter()
    worked = time.process_time()
    for _ in range(steps):
        batch = torch.randint(0, examples, (60,))
        optimizer.zero_grad()
        loss_of(model(images[batch]), labels[batch]).backward()
        if masked:
            for weight, mask in zip(weights, masks):
                weight.grad.mul_(mask)
        optimizer.step()
    milliseconds = (time.perf_counter() - loaded) / steps * 1e3
    return milliseconds, (loaded - began) * 1e3, (time.process_time() - worked) / steps * 1e3


print("ready", flush=True)
for line in sys.stdin:
    density, output, steps = line.split()
    print(*train(float(density), float(output), int(steps)), flush=True)
