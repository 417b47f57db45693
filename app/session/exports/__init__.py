"""A session on its way out: as text to read, as data, or as a capsule that replays without a model."""
