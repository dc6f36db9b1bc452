"""LeNet-300-100 in PyTorch, eager, with masks on the gradients; the same protocol as ours.ts.

As many threads as PyTorch takes by itself, or as many as the first argument says."""

import sys
import time

import torch

if len(sys.argv) > 1:
    torch.set_num_threads(int(sys.argv[1]))
examples = 55_000
images = torch.rand(examples, 784)
labels = torch.randint(0, 10, (examples,))
loss_of = torch.nn.CrossEntropyLoss()


def train(density, output, steps):
    began = time.perf_counter()
    model = torch.nn.Sequential(
        torch.nn.Linear(784, 300),
        torch.nn.ReLU(),
        torch.nn.Linear(300, 100),
        torch.nn.ReLU(),
        torch.nn.Linear(100, 10),
    )
    weights = [parameter for parameter in model.parameters() if parameter.dim() == 2]
    shares = [density, density, output]
    masks = [(torch.rand_like(weight) < share).float() for weight, share in zip(weights, shares)]
    masked = density < 1
    with torch.no_grad():
        for weight, mask in zip(weights, masks):
            weight.mul_(mask)
    optimizer = torch.optim.Adam(model.parameters(), lr=1.2e-3)
    loaded = time.perf_counter()
    for _ in range(steps):
        batch = torch.randint(0, examples, (60,))
        optimizer.zero_grad()
        loss_of(model(images[batch]), labels[batch]).backward()
        if masked:
            for weight, mask in zip(weights, masks):
                weight.grad.mul_(mask)
        optimizer.step()
    return (time.perf_counter() - loaded) / steps * 1e3, (loaded - began) * 1e3


print("ready", flush=True)
for line in sys.stdin:
    density, output, steps = line.split()
    print(*train(float(density), float(output), int(steps)), flush=True)
