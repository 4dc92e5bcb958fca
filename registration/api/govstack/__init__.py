"""GovStack's Registration Building Block, API 0.1.1, over the operations of everybody (docs/govstack.md)."""

from importlib import import_module

from flask import Flask

from registration.api.govstack.blueprint import blueprint

CHAPTERS = ("catalogue", "applications", "tasks", "documents", "statistics", "elsewhere")


def register(app: Flask) -> None:
    """Without the setting every address of it answers that there is nothing."""
    for chapter in CHAPTERS:
        import_module(f"{__name__}.{chapter}")
    app.register_blueprint(blueprint)
