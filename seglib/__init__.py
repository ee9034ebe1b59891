"""Measuring residential segregation in the Netherlands."""
