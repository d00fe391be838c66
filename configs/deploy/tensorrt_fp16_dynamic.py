"""mmdeploy: a TensorRT engine in half precision, batch 1 to 8, 128 to 1024 px in steps of any."""

_base_ = '_base_/onnx.py'

custom_imports = dict(imports='lanedet_mm.deploy.tensorrt.tensorrt_manager')
backend_config = dict(
    type='tensorrt',
    common_config=dict(fp16_mode=True, max_workspace_size=1 << 30),
    model_inputs=[
        dict(
            input_shapes=dict(
                input=dict(
                    min_shape=(1, 3, 128, 128),
                    opt_shape=(1, 3, 512, 512),
                    max_shape=(8, 3, 1024, 1024),
                )
            )
        )
    ],
)
