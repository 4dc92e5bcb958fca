"""Pictures of a design whose drawing commands are recorded once and replayed on every sheet."""

from typing import Any


class RecordedPicture:
    """A picture whose drawing commands are cached: the ornament is the same on every sheet, and drawing it is slow.

    Correct for SVG without text, gradients or transparency; a design may use no others.
    """

    def __init__(self, image: Any) -> None:
        self._image = image
        self._drawn: dict[tuple[float, float], tuple[bytes, dict[str, Any]]] = {}

    def get_intrinsic_size(self, *arguments: Any) -> Any:
        return self._image.get_intrinsic_size(*arguments)

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        if (width, height) not in self._drawn:
            self._drawn[width, height] = self._record(stream.clone(resources=_bare_resources()), width, height, style)
        commands, states = self._drawn[width, height]
        stream._resources["ExtGState"].update(states)
        stream.stream.append(commands)

    def _record(self, scratch: Any, width: float, height: float, style: Any) -> tuple[bytes, dict[str, Any]]:
        self._image.draw(scratch, width, height, style)
        parts = (part if isinstance(part, bytes) else str(part).encode() for part in scratch.stream)
        return b"\n".join(parts), scratch._resources["ExtGState"]


def _bare_resources() -> dict[str, Any]:
    return {"ExtGState": {}, "XObject": {}, "Pattern": {}, "Shading": {}, "ColorSpace": {}, "Font": None}
