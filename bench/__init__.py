"""`make bench`: how fast the bridge is, each figure beside something measured in the same run (docs/scale.md)."""
