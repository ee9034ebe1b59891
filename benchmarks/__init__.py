"""Speed of seglib beside other packages; ``make bench`` runs it."""
