"""What a straight line through features can tell, on ground that it was not drawn on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


@dataclass(frozen=True)
class LinearProbe:
    """Logistic regression on features, judged on groups that it has not seen.

    Attributes:
        accuracy: Balanced accuracy in [0, 1]; chance is 0.5, however rare a class is.
        groups: How many groups there were; each was left out once, or with others if there are
            more than five.
    """

    accuracy: float
    groups: int

    @classmethod
    def fit(
        cls, features: NDArray[np.floating], labels: NDArray[np.bool_], groups: NDArray[np.str_]
    ) -> 'LinearProbe':
        """Fit on all groups but some, predict these, in turns.

        Args:
            features: Shape (N, D).
            labels: Shape (N,).
            groups: City or other ground of each, shape (N,).

        Raises:
            ValueError: If there are fewer than two groups, or one of the classes is missing, be it
                only from all groups but those that are left out together.
        """
        there = np.unique(groups)
        if len(there) < 2 or labels.all() or not labels.any():
            raise ValueError(
                f'{int(labels.sum())} of {len(labels)} labels are true, in the groups '
                f'{there.tolist()}; needed are both classes and two groups'
            )
        predicted = np.zeros_like(labels)
        for seen, unseen in GroupKFold(min(5, len(there))).split(features, labels, groups):
            if labels[seen].all() or not labels[seen].any():
                raise ValueError(
                    f'without the groups {np.unique(groups[unseen]).tolist()} there is one class '
                    'alone; needed are groups that have both'
                )
            model = make_pipeline(
                StandardScaler(), LogisticRegression(C=0.1, max_iter=500, class_weight='balanced')
            )
            predicted[unseen] = model.fit(features[seen], labels[seen]).predict(features[unseen])
        return cls(float(balanced_accuracy_score(labels, predicted)), len(there))
