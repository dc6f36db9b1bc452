"""LeNet-300-100 trained by PyTorch in eager mode, with as many threads as PyTorch takes by itself."""

import sys
import time

import torch

examples = 55_000
images = torch.rand(examples, 784)
labels = torch.randint(0, 10, (examples,))
model = torch.nn.Sequential(
    torch.nn.Linear(784, 300),
    torch.nn.ReLU(),
    torch.nn.Linear(300, 100),
    torch.nn.ReLU(),
    torch.nn.Linear(100, 10),
)
weights = [parameter for parameter in model.parameters() if parameter.dim() == 2]
masks = [(torch.rand_like(weight) < 0.5).float() for weight in weights]
with torch.no_grad():
    for weight, mask in zip(weights, masks):
        weight.mul_(mask)
optimizer = torch.optim.Adam(model.parameters(), lr=1.2e-3)
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
