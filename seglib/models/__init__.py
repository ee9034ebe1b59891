"""Models of areas: associations with their certainty, and what designs can and cannot find."""
