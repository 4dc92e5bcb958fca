"""The pages: one blueprint a chapter, found by name in this package."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint, Flask


def register(app: Flask) -> None:
    """Registers every module's `blueprint`; a new chapter needs no line here.

    One with `DEMO_ONLY` has no address outside a demonstration, one with `WITH_PROVIDERS` only where people sign in by
    providers.
    """
    chosen = app.config["HEYI"]
    for found in sorted(iter_modules(__path__), key=lambda module: module.name):
        module = import_module(f"{__name__}.{found.name}")
        blueprint = getattr(module, "blueprint", None)
        offered = (chosen.demo or not getattr(module, "DEMO_ONLY", False)) and (
            chosen.oidc is not None or not getattr(module, "WITH_PROVIDERS", False)
        )
        if isinstance(blueprint, Blueprint) and offered:
            app.register_blueprint(blueprint)
