"""Made-up worlds whose truth is known, to see what a measure or a design can find."""
