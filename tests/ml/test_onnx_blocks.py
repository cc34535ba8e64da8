from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from framework.ml import blocks
from framework.ml import onnx_blocks as write
from framework.ml.onnx_graph import Graph
from framework.ml.packing import pack
from framework.ml.runtime import OnnxRunner

DIM = 8
OFFSETS = np.array([0, 3, 4, 11])
Places = write.PlaceInputs

CASES: dict[str, tuple[nn.Module, Callable[[Graph, str, nn.Module, Places], str], bool]] = {
    "linear": (nn.Linear(DIM, 5), lambda g, x, b, p: write.linear(g, x, b), False),
    "linear without bias": (nn.Linear(DIM, 5, bias=False), lambda g, x, b, p: write.linear(g, x, b), False),
    "gelu": (nn.GELU(), lambda g, x, b, p: write.gelu(g, x), False),
    "layer norm": (nn.LayerNorm(DIM), lambda g, x, b, p: write.layer_norm(g, x, b), False),
    "feed forward": (blocks.FeedForward(DIM, (6, 4), 0.1), lambda g, x, b, p: write.feed_forward(g, x, b), False),
    "neighbours": (blocks.Neighbours(DIM, 0.1), write.neighbours, True),
    "self-attention": (blocks.SelfAttention(DIM, 2, 0.1), write.self_attention, True),
    "transformer layer": (blocks.TransformerLayer(DIM, 4, 0.1, 0.1), write.transformer_layer, True),
    "attention pool": (blocks.AttentionPool(DIM), write.attention_pool, True),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("window", [128, 4])
def test_the_graph_of_a_block_computes_what_torch_computes(name: str, window: int):
    block, writer, needs_places = CASES[name]
    torch.manual_seed(0)
    for parameter in block.parameters():
        nn.init.normal_(parameter, std=0.5)
    graph = Graph("block")
    x = graph.input("x", ["T", DIM])
    places = write.place_inputs(graph)
    graph.output(writer(graph, x, block, places), "y", ["N", "M"])

    inputs = {"x": np.random.default_rng(0).normal(size=(11, DIM)).astype(np.float32), **pack(OFFSETS, window).inputs()}
    tensors = {key: torch.from_numpy(array) for key, array in inputs.items()}
    with torch.inference_mode():
        expected = block.eval()(tensors["x"], tensors) if needs_places else block.eval()(tensors["x"])
    answer = OnnxRunner(graph.to_bytes()).run(inputs)["y"]
    np.testing.assert_allclose(answer, expected.numpy(), atol=1e-5)


@pytest.mark.parametrize("layers", [1, 2])
def test_the_graph_of_an_lstm_computes_what_torch_computes(layers: int):
    torch.manual_seed(0)
    lstm = nn.LSTM(DIM, 6, layers, batch_first=True)
    graph = Graph("lstm")
    x, lengths = graph.input("x", ["B", "L", DIM]), graph.input("lengths", ["B"], "int32")
    graph.output(write.lstm(graph, x, lstm, lengths), "y", ["B", 6])

    sequences = np.random.default_rng(0).normal(size=(3, 5, DIM)).astype(np.float32)
    sizes = np.array([5, 1, 3], dtype=np.int32)
    with torch.inference_mode():
        every, _ = lstm.eval()(torch.from_numpy(sequences))
    expected = np.stack([every[row, size - 1].numpy() for row, size in enumerate(sizes)])
    answer = OnnxRunner(graph.to_bytes()).run({"x": sequences, "lengths": sizes})["y"]
    np.testing.assert_allclose(answer, expected, atol=1e-5)
