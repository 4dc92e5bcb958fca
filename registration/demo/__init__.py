"""An outside client: drives the example applications to their licences, over HTTP alone."""
