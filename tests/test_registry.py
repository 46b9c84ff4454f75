"""What Inspect discovers of us, and what stands on the public surface."""

import subprocess
import sys
from importlib.metadata import entry_points

import allegiance


def test_the_entry_point_loads_what_it_promises() -> None:
    """Task and provider, under the name that stands before the slash."""
    (entry,) = entry_points(group="inspect_ai", name="allegiance")
    registry = entry.load()
    assert {"choose", "provider"} <= set(vars(registry))


def test_discovery_is_light() -> None:
    """Every start of Inspect pays for it: no torch, no tables, no charts."""
    code = (
        "import sys, allegiance._registry\n"
        "heavy = {'torch', 'transformers', 'polars', 'altair', 'scipy'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_public_surface_is_a_sorted_list() -> None:
    """Each name on it can be had, and no other."""
    assert sorted(allegiance.__all__) == allegiance.__all__
    assert all(getattr(allegiance, name) for name in allegiance.__all__)
    assert not hasattr(allegiance, "chose")
