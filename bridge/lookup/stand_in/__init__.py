"""Stand-ins for an organisation's service: what answers the menus of `menus/examples/` in the demo and in tests.

Everything is made up and kept in memory. Each file is one menu, and shows how a real service would go about it.
"""

from __future__ import annotations

from bridge.lookup.stand_in.door import create_stand_in

__all__ = ["create_stand_in"]
