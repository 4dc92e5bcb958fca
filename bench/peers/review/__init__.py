"""The Django application of the viewflow peer, which finds flows only in one."""
