"""Instruments for research: samples, and what is counted and read in a selection of articles."""
