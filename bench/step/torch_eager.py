"""LeNet-300-100 or Conv-2 trained by PyTorch in eager mode.

argv: lenet or conv2, and the number of threads; as many as PyTorch takes by itself where that is left out.
"""

import sys
import time

import torch

conv2 = sys.argv[1] == "conv2"
if len(sys.argv) > 2:
    torch.set_num_threads(int(sys.argv[2]))
examples = 5_000 if conv2 else 55_000
images = torch.rand(examples, 3, 32, 32) if conv2 else torch.rand(examples, 784)
labels = torch.randint(0, 10, (examples,))


def dense(inputs, hidden):
    """Fully connected layers with relu between them, ten units in the last."""
    layers = []
    for units in hidden:
        layers += [torch.nn.Linear(inputs, units), torch.nn.ReLU()]
        inputs = units
    return [*layers, torch.nn.Linear(inputs, 10)]


if conv2:
    model = torch.nn.Sequential(
        torch.nn.Conv2d(3, 64, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.Conv2d(64, 64, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        *dense(16 * 16 * 64, [256, 256]),
    )
else:
    model = torch.nn.Sequential(*dense(784, [300, 100]))
weights = [parameter for parameter in model.parameters() if parameter.dim() >= 2]
masks = [(torch.rand_like(weight) < 0.5).float() for weight in weights]
with torch.no_grad():
    for weight, mask in zip(weights, masks):
        weight.mul_(mask)
optimizer = torch.optim.Adam(model.parameters(), lr=2e-4 if conv2 else 1.2e-3)
loss_of = torch.nn.CrossEntropyLoss()


def step():
    batch = torch.randint(0, examples, (60,))
    optimizer.zero_grad()
    loss_of(model(images[batch]), labels[batch]).backward()
    for weight, mask in zip(weights, masks):
        weight.grad.mul_(mask)
    optimizer.step()


print("ready", flush=True)
for line in sys.stdin:
    steps = int(line)
    began = time.perf_counter()
    for _ in range(steps):
        step()
    print((time.perf_counter() - began) / steps * 1e3, flush=True)
