"""Where figures come from: one reader per publisher, tidy tables, places and boundaries."""
