"""The Django application of the viewflow peer, because viewflow finds flows only in an application."""
