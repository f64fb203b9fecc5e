"""The libraries that are asked: where they are installed, and which probe asks them."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Library:
    """One record: a library, or a library in one way of running it."""

    title: str
    packages: tuple[str, ...]  # whose versions stand in the record; the first computes
    environment: str = ""  # the lock file's name, where it is not the library's
    probe: str = ""  # likewise the probe's
    variables: dict[str, str] = field(default_factory=dict)  # of the process that asks


def keras(backend: str, title: str, package: str) -> Library:
    """Keras, whose backend computes."""
    variables = {"KERAS_BACKEND": backend}
    return Library(f"Keras on {title}", ("keras", package), "keras", "keras", variables)


def runtime(name: str, title: str, packages: tuple[str, ...], environment: str) -> Library:
    """A runtime for ONNX files."""
    return Library(title, packages, environment, "onnx", {"RUNTIME": name})


LIBRARIES: dict[str, Library] = {
    "nnref": Library("nnref", ("numpy",)),
    "torch": Library("PyTorch", ("torch",)),
    "torch_compile": Library("PyTorch, compiled", ("torch",), "torch"),
    "torch_autocast": Library("PyTorch under autocast", ("torch",), "torch"),
    "torch_onnx": Library(
        "PyTorch exported to ONNX", ("torch", "onnx", "onnxscript", "onnxruntime"), "onnx"
    ),
    "torchvision": Library("torchvision", ("torchvision", "torch"), "vision"),
    "torchmetrics": Library("TorchMetrics", ("torchmetrics", "torch"), "torch"),
    "monai": Library("MONAI", ("monai", "torch"), "torch"),
    "kornia": Library("Kornia", ("kornia", "torch"), "torch"),
    "smp": Library(
        "segmentation-models-pytorch", ("segmentation-models-pytorch", "torch"), "vision"
    ),
    "ultralytics": Library("Ultralytics", ("ultralytics", "torch"), "vision"),
    "keras_jax": keras("jax", "JAX", "jax"),
    "keras_torch": keras("torch", "PyTorch", "torch"),
    "keras_tensorflow": keras("tensorflow", "TensorFlow", "tensorflow-cpu"),
    "tensorflow": Library("TensorFlow", ("tensorflow-cpu",), "keras"),
    "litert": Library("LiteRT", ("ai-edge-litert", "tensorflow-cpu"), "keras"),
    "jax": Library("JAX", ("jax", "jaxlib")),
    "optax": Library("Optax", ("optax", "jax"), "jax"),
    "flax_linen": Library("Flax Linen", ("flax", "jax"), "jax"),
    "flax_nnx": Library("Flax NNX", ("flax", "jax"), "jax"),
    "equinox": Library("Equinox", ("equinox", "jax"), "jax"),
    "haiku": Library("Haiku", ("dm-haiku", "jax"), "jax"),
    "paddle": Library("PaddlePaddle", ("paddlepaddle",)),
    "mlx": Library("MLX", ("mlx",)),
    "tinygrad": Library("tinygrad", ("tinygrad",)),
    "thinc": Library("Thinc", ("thinc",)),
    "nnabla": Library("NNabla", ("nnabla",)),
    "sklearn": Library("scikit-learn", ("scikit-learn", "numpy")),
    "scipy": Library("SciPy", ("scipy", "numpy"), "sklearn"),
    "onnx_reference": runtime(
        "onnx_reference", "ONNX reference evaluator", ("onnx", "numpy"), "onnx"
    ),
    "onnxruntime": runtime("onnxruntime", "ONNX Runtime", ("onnxruntime", "onnx"), "onnx"),
    "openvino": runtime("openvino", "OpenVINO", ("openvino", "onnx"), "openvino"),
    "tvm": runtime("tvm", "TVM", ("apache-tvm", "onnx"), "tvm"),
    "ncnn": Library("ncnn", ("ncnn",)),
}
