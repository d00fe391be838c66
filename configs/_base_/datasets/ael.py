"""AEL's layout; crops for training are one affine map of tile and polylines."""

data_root = 'data/ael'
split = 'splits/spatial'
taxonomy = 'white'
crop_px = 512

meta_keys = (
    'img_path', 'ori_shape', 'img_shape', 'pad_shape', 'scale_factor', 'flip', 'flip_direction',
    'tile_id', 'city', 'ground_gsd_m', 'region',
)  # fmt: skip
image_pipeline = [dict(type='LoadImageFromFile'), dict(type='PackSegInputs')]
test_pipeline = image_pipeline  # what mmseg's and mmdeploy's inference read
