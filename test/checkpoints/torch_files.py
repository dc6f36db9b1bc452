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
    torch.save(tensors, path('protocol-4.pt'), pickle_protocol=4)
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
        'logProbabilities': found[:3].tolist(),
    }


def examples(count, channels, size):
    # Squares of noise, so that what a network makes of them differs.
    coarse = torch.randint(0, 200, (count, channels, size // 4, size // 4))
    fine = torch.randint(0, 56, (count, channels, size, size))
    images = (coarse.repeat_interleave(4, 2).repeat_interleave(4, 3) + fine).to(torch.uint8)
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


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.shortcut = nn.Sequential()
        if channels != filters:
            conv = nn.Conv2d(channels, filters, 1, stride, bias=False)
            self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(filters))

    def forward(self, x):
        inside = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(inside + self.shortcut(x))


class ResNet20(nn.Module):
    """He et al. 2015, section 4.2, with convolutions as shortcuts."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(Block(16, 16, 1), Block(16, 16, 1), Block(16, 16, 1))
        self.layer2 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(torch.relu(self.bn1(self.conv1(x))))))
        return self.linear(x.mean((2, 3)))


def resnet20():
    images, labels = examples(200, 3, 32)
    model = with_statistics(ResNet20())
    torch.save({'state_dict': nn.DataParallel(model).state_dict(), 'best_acc1': torch.tensor([91.2])}, path('resnet20.th'))
    return accuracy_of(model, images, labels)


class Pools(nn.Module):
    """Strides and padding of which no name says where they are."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, stride=3, padding=(3, 1))
        self.conv2 = nn.Conv2d(6, 8, 3, stride=2, padding=2)
        self.fc = nn.Linear(8 * 3 * 3, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.conv1(x)), 3, 2, 1)
        x = nn.functional.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
        return self.fc(torch.relu(self.conv2(x)).flatten(1))


def pools():
    images, labels = examples(300, 3, 32)
    model = Pools()
    torch.save(model.state_dict(), path('pools.pt'))
    return accuracy_of(model, images, labels)


def back():
    """What load_ticket.py makes of files, on the examples in the folder."""
    import numpy

    sys.path.insert(0, os.path.join(os.path.dirname(__file__), '../../examples'))
    from load_ticket import read_ticket, torch_model

    images = torch.from_numpy(numpy.fromfile(path('images.u1'), 'u1').reshape(-1, 32, 32, 3))
    labels = torch.from_numpy(numpy.fromfile(path('labels.u1'), 'u1')).long()
    return [accuracy_of(torch_model(*read_ticket(path(name))), images, labels) for name in sys.argv[3:]]


print(json.dumps({
    'resnet20': resnet20, 'pools': pools, 'back': back,'types': tensors_of_every_kind, 'small': small, 'pruned': pruned}[what]()))
