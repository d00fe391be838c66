import torch

from lanedet_mm.checkpoints.weight_problems import weight_problems


def test_every_problem_is_named_and_nothing_else() -> None:
    wanted = {'same': torch.zeros(2), 'missing': torch.zeros(1), 'bent': torch.zeros(2, 3)}
    weights = {'same': torch.ones(2), 'bent': torch.zeros(3, 2), 'more': torch.zeros(1)}
    assert weight_problems(weights, wanted) == [
        'missing missing',
        'unexpected more',
        'bent has shape (3, 2), needed is (2, 3)',
    ]
    assert weight_problems(wanted, wanted) == []
