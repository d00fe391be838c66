"""mmdeploy: one ONNX file of logits, any batch and size."""

backend_config = dict(type='onnxruntime')
# `with_argmax` ends the file with a class map; `with_softmax`, which tools/deploy.py reads and
# mmdeploy does not, with probabilities.
codebase_config = dict(type='mmseg', task='Segmentation', model_type='end2end', with_argmax=False)
onnx_config = dict(
    type='onnx',
    save_file='model.onnx',
    opset_version=17,
    export_params=True,
    keep_initializers_as_inputs=False,
    optimize=True,
    input_names=['input'],
    output_names=['output'],
    input_shape=None,
    dynamic_axes=dict(
        input={0: 'batch', 2: 'height', 3: 'width'},
        output={0: 'batch', 2: 'height', 3: 'width'},
    ),
)
