"""mmdeploy: a TensorRT engine in half precision for one size; a ViT needs it to be one."""

_base_ = 'tensorrt_fp16_dynamic.py'

shape = (1, 3, 512, 512)
onnx_config = dict(input_shape=shape[2:], dynamic_axes=None)
backend_config = dict(
    model_inputs=[
        dict(input_shapes=dict(input=dict(min_shape=shape, opt_shape=shape, max_shape=shape)))
    ]
)
