"""The workshop of components that learn with torch and are served without it.

Modules that import torch or onnx are for training only: ``blocks``, ``bags``, ``crf``, ``losses``, ``optimizers``,
``row_adagrad``, ``token_encoder``, ``training``, ``threads``, ``onnx_graph`` and ``onnx_blocks``. ``features``,
``rows``, ``embedding``, ``row_memory``, ``sampling``, ``packing``, ``viterbi``, ``entity_decoding``, ``runtime``,
``weights`` and ``growth`` need numpy alone (``runtime`` imports ONNX Runtime when it opens a graph, ``growth`` torch
when it fills a tensor); all but ``sampling`` and ``growth`` are what serving uses.
"""
