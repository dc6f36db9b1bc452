"""Tickets that `await tickets.export(level)` wrote, in NumPy and PyTorch.

    from load_ticket import examples, prune_model, read_ticket, torch_model
    ticket, tensors = read_ticket('lenet-mnist-imp-level-8-replicate-1.safetensors')
    tensors['dense1/weights'], tensors['dense1/weights/mask']      # NumPy, [inputs, units]
    model = torch_model(ticket, tensors)                           # PyTorch
    model(torch.from_numpy(examples(ticket, images)))              # bytes [batch, height, width, channels]
    prune_model(model)                                             # torch.nn.utils.prune, to train the ticket on

The files are plain safetensors: `safetensors.torch.load_file(file)` reads the same tensors. Those that
`export(level, { layout: 'torch' })` wrote have the names and orders of `prune_model(model).state_dict()`.
"""

import json
import sys


def read_parts(file):
    """The description of a ticket, and name -> (type, shape, bytes); needs only Python."""
    with open(file, 'rb') as opened:
        header = json.loads(opened.read(int.from_bytes(opened.read(8), 'little')))
        body = opened.read()
    ticket = json.loads(header.pop('__metadata__')['ticket'])
    parts = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        parts[name] = entry['dtype'], entry['shape'], body[begin:end]
    return ticket, parts


def read_ticket(file):
    """The description of a ticket, and its weights (float32) and masks (uint8, 1 is kept) as NumPy arrays."""
    import numpy

    ticket, parts = read_parts(file)
    types = {'F32': '<f4', 'U8': 'u1'}
    return ticket, {
        name: numpy.frombuffer(data, types[dtype]).reshape(shape) for name, (dtype, shape, data) in parts.items()
    }


def examples(ticket, images):
    """Bytes [batch, height, width, channels] as the network was trained on them; an array of NumPy or PyTorch."""
    import numpy

    scale = ticket['normalize']
    values = numpy.asarray(images, 'float32') / 255
    return (values - numpy.array(scale['mean'], 'float32')) / numpy.array(scale['deviation'], 'float32')


def torch_model(ticket, tensors):
    """The network as a torch.nn.Module of a file in either layout, in evaluation mode. It takes examples as the network
    does: [batch, height, width, channels], as a tensor of what `examples` returns. Each layer that has weights is a
    torch.nn.Linear or torch.nn.Conv2d of the layer's name, its batch norm a module beside it: `conv1`, `conv1_norm`."""
    import torch

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.masks = {}
            # Modules are made when an example comes to them, which says what a dense layer flattens.
            self.arrays, self.own = torch_names(tensors), ticket.get('layout', 'ticketlab') == 'ticketlab'
            self.eval()(torch.zeros(1, *ticket['network']['input']))
            del self.arrays

        def forward(self, inputs):
            # Between layers, channels lie as PyTorch has them.
            values = inputs.permute(0, 3, 1, 2) if inputs.ndim == 4 else inputs
            return run(self, ticket['network']['layers'], values)

    return Network()


def prune_model(model, masks=None):
    """Applies torch.nn.utils.prune to a model and returns it: weights become `weight_orig` and `weight_mask`, and what
    is pruned stays zero however the model is trained. `masks`: of each module its mask; by default those of the ticket
    that `torch_model` made the model of. A model of your own, whose modules have the names of the layers, gets
    `prune_model(mine, torch_model(ticket, tensors).masks)`."""
    from torch.nn.utils import prune

    for name, mask in (model.masks if masks is None else masks).items():
        prune.custom_from_mask(modules_of(model)[name], 'weight', mask)
    return model


def modules_of(model):
    """By name; a layer may have a name that a model's attribute has."""
    return dict(model.named_modules())


def torch_names(tensors):
    """The arrays by PyTorch's names, those of prune left out: `conv1.weight`, `conv1.weight_mask`, `conv1_norm.bias`."""
    roles = {
        'weights': '.weight',
        'bias': '.bias',
        'scale': '_norm.weight',
        'offset': '_norm.bias',
        'mean': '_norm.running_mean',
        'variance': '_norm.running_var',
    }

    def renamed(name):
        layer, *role = name.split('/')
        return layer + '_'.join([roles[role[0]], *role[1:]]) if role else name.removesuffix('_orig')

    return {renamed(name): array for name, array in tensors.items()}


def module(model, name, make):
    """The module of this name, made when it is first asked for."""
    import torch

    if name not in model._modules:
        made = make()
        for role, own in [*made.named_parameters(), *made.named_buffers()]:
            if f'{name}.{role}' in model.arrays:
                own.data = torch.from_numpy(model.arrays[f'{name}.{role}'].copy())
        model._modules[name] = made.eval()
    return model._modules[name]


def weighted(model, layer, values, make):
    """The module of a layer with weights to which `values` come; `make` makes it of the weights' shape as PyTorch has it,
    and of whether there is a bias."""
    import torch

    name = layer['name']
    weight, mask = f'{name}.weight', f'{name}.weight_mask'
    if name not in model._modules:
        for one in {weight, mask} & model.arrays.keys():
            model.arrays[one] = ordered(model, model.arrays[one], values.shape[1])
        if mask in model.arrays:
            model.masks[name] = torch.from_numpy(model.arrays[mask].astype('float32'))
    return module(model, name, lambda: make(model.arrays[weight].shape, f'{name}.bias' in model.arrays))


def ordered(model, array, channels):
    """Weights or a mask as PyTorch orders them: [units, inputs], [out, in, height, width]."""
    if not model.own:
        return array
    if array.ndim == 4:
        return array.transpose(3, 2, 0, 1)
    # In the file, what is flattened has its channels innermost.
    return array.reshape(-1, channels, array.shape[1]).transpose(2, 1, 0).reshape(array.shape[1], -1)


def run(model, layers, values):
    """Layers one after the other."""
    for layer in layers:
        values = steps[layer['kind']](model, layer, values)
    return values


def dense(model, layer, values):
    from torch import nn

    linear = weighted(model, layer, values, lambda shape, bias: nn.Linear(shape[1], shape[0], bias))
    return finish(model, layer, linear(values.flatten(1)))


def convolution(model, layer, values):
    from torch import nn

    window = layer.get('window', 3)
    stride = layer.get('stride', 1)
    conv = weighted(
        model, layer, values, lambda shape, bias: nn.Conv2d(shape[1], shape[0], shape[2:], stride, bias=bias)
    )
    return finish(model, layer, conv(padded(values, window, stride, layer.get('padding', 'same'))))


def pool(model, layer, values):
    from torch.nn import functional

    window = layer.get('window', 2)
    stride = layer.get('stride', window)
    most = layer['kind'] == 'max-pool'
    pooled = functional.max_pool2d if most else functional.avg_pool2d
    padding = layer.get('padding', 'valid')
    if padding == 'valid':
        return pooled(values, window, stride)
    sums = pooled(padded(values, window, stride, padding, float('-inf') if most else 0.0), window, stride)
    # A mean is one over what lies inside of the image.
    inside = padded(values.new_ones(values.shape), window, stride, padding)
    return sums if most else sums / pooled(inside, window, stride)


def global_average_pool(model, layer, values):
    return values.mean((2, 3))


def residual(model, layer, values):
    shortcut = run(model, [layer['shortcut']], values) if 'shortcut' in layer else values
    return activated(layer, run(model, layer['layers'], values) + shortcut)


def branches(model, layer, values):
    import torch

    return torch.cat([run(model, branch, values) for branch in layer['branches']], 1)


def dropout(model, layer, values):
    from torch.nn import functional

    return functional.dropout(values, layer['rate'], model.training)


# A function for every kind of layer that a network can have.
steps = {
    'dense': dense,
    'convolution': convolution,
    'max-pool': pool,
    'average-pool': pool,
    'global-average-pool': global_average_pool,
    'dropout': dropout,
    'residual': residual,
    'branches': branches,
}


def finish(model, layer, values):
    """Batch norm, where there is one, and the activation."""
    from torch import nn

    if layer.get('batchNorm', False):
        kind = nn.BatchNorm2d if values.ndim == 4 else nn.BatchNorm1d
        values = module(model, f"{layer['name']}_norm", lambda: kind(values.shape[1], eps=1e-5))(values)
    return activated(layer, values)


def activated(layer, values):
    return values.relu() if layer['activation'] == 'relu' else values


def padded(values, window, stride, padding, fill=0.0):
    """Images with a border: as many pixels as `padding` says on each side, or with 'same' as many as keep
    ceil(extent / stride) positions, of which what is odd goes below and to the right."""
    from torch.nn import functional

    if padding == 'valid':
        return values
    if padding != 'same':
        high, wide = padding if isinstance(padding, list) else (padding, padding)
        return functional.pad(values, [wide, wide, high, high], value=fill)
    height, width = window if isinstance(window, list) else (window, window)
    around = []
    for extent, size in ((values.shape[3], width), (values.shape[2], height)):
        missing = max(0, (-(-extent // stride) - 1) * stride + size - extent)
        around += [missing // 2, missing - missing // 2]
    return functional.pad(values, around, value=fill)


if __name__ == '__main__':
    description, contents = read_parts(sys.argv[1])
    print(json.dumps(description, indent=2))
    for name, (dtype, shape, _) in contents.items():
        print(name, dtype, shape)
