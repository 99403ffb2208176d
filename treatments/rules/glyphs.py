"""The marks of the drawing as SVG paths: each kind has a shape of its own, so that it is known without colour."""

from collections.abc import Callable

POINTS = ("circle", "square", "up", "down", "cross")  # the marks of the first, second … line of a panel


def circle(x: float, y: float, r: float) -> str:
    return f"M{x - r:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * r:g} 0a{r} {r} 0 1 0 {-2 * r:g} 0z"


def square(x: float, y: float, r: float) -> str:
    return f"M{x - r:.1f} {y - r:.1f}h{2 * r:g}v{2 * r:g}h{-2 * r:g}z"


def up(x: float, y: float, r: float) -> str:
    return f"M{x:.1f} {y - r * 1.2:.1f}l{r * 1.2:g} {r * 2.1:g}h{-r * 2.4:g}z"


def down(x: float, y: float, r: float) -> str:
    return f"M{x:.1f} {y + r * 1.2:.1f}l{r * 1.2:g} {-r * 2.1:g}h{-r * 2.4:g}z"


def cross(x: float, y: float, r: float) -> str:
    """A saltire with body, so that it can be pressed: two bars across each other."""
    t = round(r * 0.45, 2)
    s = round(r - t, 2)
    return (
        f"M{x - r:.1f} {y - s:.1f}l{t} {-t}l{s} {s}l{s} {-s}l{t} {t}l{-s} {s}l{s} {s}l{-t} {t}l{-s} {-s}l{-s} {s}"
        f"l{-t} {-t}l{s} {-s}z"
    )


def diamond(x: float, y: float, r: float) -> str:
    return f"M{x:.1f} {y - r * 1.3:.1f}l{r * 1.3:g} {r * 1.3:g}l{-r * 1.3:g} {r * 1.3:g}l{-r * 1.3:g} {-r * 1.3:g}z"


def stroke(x: float, y: float, r: float) -> str:
    """A short upright line."""
    return f"M{x - 1:.1f} {y - r:.1f}h2v{2 * r:g}h-2z"


GLYPHS: dict[str, Callable[[float, float, float], str]] = {
    "circle": circle,
    "square": square,
    "up": up,
    "down": down,
    "cross": cross,
    "diamond": diamond,
    "stroke": stroke,
}


def glyph(name: str, x: float, y: float, r: float = 3.6) -> str:
    return GLYPHS[name](x, y, r)
