from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.timing_cache import timing_cache_name


def test_the_name_is_of_one_gpu_and_one_version() -> None:
    gpu = Gpu(0, 'NVIDIA H100 80GB/HBM3', '9.0')
    assert timing_cache_name(gpu, '10.9.0.34') == 'timing_NVIDIA-H100-80GB-HBM3_10.9.0.34.cache'
