"""SynFlow on VGG-19 in PyTorch, eager, the way of its authors' code; the same protocol as ours.ts.

Arguments: the share to keep in the end. In every round the scores of all layers go into one list, of which torch.kthvalue
finds the threshold."""

import sys
import time

import torch

share = float(sys.argv[1])
plan = [64, 64, 0, 128, 128, 0, 256, 256, 256, 256, 0, 512, 512, 512, 512, 0, 512, 512, 512, 512]


def build():
    layers, channels = [], 3
    for filters in plan:
        if filters == 0:
            layers.append(torch.nn.MaxPool2d(2))
            continue
        layers += [torch.nn.Conv2d(channels, filters, 3, padding=1), torch.nn.BatchNorm2d(filters), torch.nn.ReLU()]
        channels = filters
    return torch.nn.Sequential(*layers, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(512, 10))


def prune_in(rounds):
    model = build().eval()
    weights = [parameter for parameter in model.parameters() if parameter.dim() >= 2]
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.abs_()
    whole = [weight.detach().clone() for weight in weights]
    masks = [torch.ones_like(weight) for weight in weights]
    ones = torch.ones(1, 3, 32, 32)
    for step in range(1, rounds + 1):
        with torch.no_grad():
            for weight, mask, all_of_it in zip(weights, masks, whole):
                weight.copy_(all_of_it * mask)
        model.zero_grad()
        model(ones).sum().backward()
        scores = [(weight.grad * weight).detach().abs() for weight in weights]
        together = torch.cat([score.flatten() for score in scores])
        removed = int((1 - share ** (step / rounds)) * together.numel())
        if removed < 1:
            continue
        threshold, _ = torch.kthvalue(together, removed)
        for mask, score in zip(masks, scores):
            mask.copy_((score > threshold).float())


print("ready", flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    prune_in(int(line))
    print(time.perf_counter() - began, flush=True)
