"""The models of leave_one_city_out.py on cities that they were trained on, on ground of its own.

What they lose on an unseen city is the distance between the two tables. The split is made by
`python tools/split_data.py spatial data/ael_drawn`.
"""

_base_ = 'leave_one_city_out.py'

folds = dict(_delete_=True, seen=dict(data_root='data/ael_drawn', split='splits/spatial'))
