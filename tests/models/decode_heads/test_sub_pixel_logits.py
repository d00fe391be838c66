import torch

from lanedet_mm.models.decode_heads.sub_pixel_logits import SubPixelLogits


def test_channels_of_a_feature_become_the_pixels_below_it() -> None:
    layer = SubPixelLogits(1, 2, scale=2)
    convolution = layer[0]
    convolution.weight.data.copy_(torch.arange(1.0, 9).view(8, 1, 1, 1))
    convolution.bias.data.zero_()
    logits = layer(torch.tensor([[[[1.0, 10.0]]]]))  # two features, side by side
    assert logits.tolist() == [
        [
            [[1, 2, 10, 20], [3, 4, 30, 40]],
            [[5, 6, 50, 60], [7, 8, 70, 80]],
        ]
    ]


def test_every_pixel_starts_from_its_class_s_prior() -> None:
    layer = SubPixelLogits(3, 2, scale=3)
    layer.start_from_prior(torch.tensor([0.5, -2.0]))
    logits = layer(torch.zeros(1, 3, 2, 2))
    assert logits.shape == (1, 2, 6, 6)
    assert (logits[:, 0] == 0.5).all()
    assert (logits[:, 1] == -2).all()
