"""Writes files with PyTorch, and prints as JSON what is in them: what, folder."""

import json
import os
import sys
from collections import OrderedDict

import torch
from torch import nn
from torch.nn.utils import prune

what, folder = sys.argv[1:3]
torch.manual_seed(7)


def path(name):
    return os.path.join(folder, name)


def tensors_of_every_kind():
    grid = torch.arange(24.0).reshape(4, 6) / 7
    tensors = OrderedDict(
        float=grid,
        double=grid.double() * 1e-3,
        half=torch.tensor([1.0, -2.5, 6e-8, 65504.0, 0.0, -0.1]).half(),
        bfloat=(grid * 3).bfloat16(),
        long=torch.tensor([[-3, 2**40]]),
        int=torch.tensor([7, -8], dtype=torch.int32),
        short=torch.tensor([7, -8], dtype=torch.int16),
        char=torch.tensor([7, -8], dtype=torch.int8),
        byte=torch.tensor([7, 200], dtype=torch.uint8),
        bool=torch.tensor([True, False, True]),
        transposed=grid.t(),
        part=grid[1:3, ::2],
        expanded=torch.tensor([[1.0], [2.0]]).expand(2, 3),
        permuted=torch.arange(120.0).reshape(2, 3, 4, 5).permute(3, 1, 0, 2),
        scalar=torch.tensor(2.5),
        empty=torch.zeros(0, 3),
        parameter=nn.Parameter(torch.tensor([1.5, 2.5])),
        named=torch.tensor([[4.0]]),
    )
    torch.save(tensors, path('types.pt'))
    torch.save({'epoch': 3, 'best': torch.tensor([0.5]), 'args': ['--lr', 0.1, None, True], 'model': tensors,
                'optimizer': {'state': {0: {'exp_avg': grid}}, 'param_groups': [{'betas': (0.9, 0.999), 'params': [0]}]}},
               path('nested.pth'))
    torch.serialization.set_crc32_options(False)
    torch.save(tensors, path('no-sums.pt'))
    torch.serialization.set_crc32_options(True)
    torch.save(tensors, path('legacy.pt'), _use_new_zipfile_serialization=False)
    torch.save(nn.Linear(2, 2), path('whole-model.pt'))
    torch.jit.script(nn.Linear(2, 2)).save(path('script.pt'))
    return {name: {'shape': list(t.shape), 'numbers': t.detach().float().reshape(-1).tolist()} for name, t in tensors.items()}


def accuracy_of(model, images, labels):
    """Loss, accuracy and log-probabilities, in double precision."""
    model = model.double().eval()
    with torch.no_grad():
        found = torch.log_softmax(model(images.double() / 255), 1)
    return {
        'loss': nn.functional.nll_loss(found, labels).item(),
        'accuracy': (found.argmax(1) == labels).double().mean().item(),
        'logProbabilities': found[:10].tolist(),
    }


def examples(count, channels, size):
    images = torch.randint(0, 256, (count, channels, size, size), dtype=torch.uint8)
    labels = torch.randint(0, 10, (count,))
    # Ours have channels innermost.
    images.permute(0, 2, 3, 1).contiguous().numpy().tofile(path('images.u1'))
    labels.to(torch.uint8).numpy().tofile(path('labels.u1'))
    return images, labels


class Small(nn.Module):
    """Convolutions, a flattening, and dense layers."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, padding=1)
        self.conv2 = nn.Conv2d(6, 5, (3, 1), padding=(1, 0), bias=False)
        self.bn2 = nn.BatchNorm2d(5)
        self.fc1 = nn.Linear(5 * 4 * 4, 12)
        self.fc2 = nn.Linear(12, 10, bias=False)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.relu(self.bn2(self.conv2(x)))
        return self.fc2(torch.relu(self.fc1(torch.flatten(x, 1))))


def with_statistics(model):
    """Batch norm as after a training: none of its numbers is the one that it began with."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.3)
            nn.init.normal_(module.running_mean, std=0.3)
            nn.init.uniform_(module.running_var, 0.5, 2)
            module.num_batches_tracked += 100
    return model


def small():
    import safetensors.torch

    images, labels = examples(300, 3, 8)
    model = with_statistics(Small())
    state = model.state_dict()
    torch.save(state, path('plain.pt'))
    torch.save({'state_dict': nn.DataParallel(model).state_dict(), 'epoch': 2}, path('parallel.pth'))
    torch.save({'net': {f'_orig_mod.{name}': value for name, value in state.items()}}, path('compiled.pth'))
    torch.save(list(model.parameters()), path('parameters.pt'))
    torch.save({name: value.double() for name, value in state.items()}, path('double.pt'))
    torch.save({name.replace('conv1', 'a').replace('fc1', 'b'): value for name, value in state.items()}, path('named.pt'))
    safetensors.torch.save_file(state, path('plain.safetensors'))
    result = accuracy_of(model, images, labels)
    return result


def pruned():
    images, labels = examples(300, 3, 8)
    model = with_statistics(Small())
    for module in (model.conv1, model.fc1):
        prune.random_unstructured(module, 'weight', 0.7)
    prune.l1_unstructured(model.fc1, 'bias', 0.5)
    torch.save({'model_state_dict': model.state_dict()}, path('pruned.pt'))
    masks = {name: value.reshape(-1).int().tolist() for name, value in model.state_dict().items() if name.endswith('weight_mask')}
    return {'masks': masks, **accuracy_of(model, images, labels)}


print(json.dumps({'types': tensors_of_every_kind, 'small': small, 'pruned': pruned}[what]()))
