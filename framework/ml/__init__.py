"""The workshop of components that learn with torch and are served without it.

Modules that import torch or onnx are for training only: ``blocks``, ``bags``, ``crf``, ``losses``, ``training``,
``threads``, ``onnx_graph`` and ``onnx_blocks``. ``rows``, ``packing``, ``viterbi``, ``runtime`` and ``weights``
need numpy alone (``runtime`` imports ONNX Runtime when it opens a graph) and are what serving uses.
"""
