"""The processes of a deployment and what keeps them going."""
