"""Random pages of Chinese news portals with their truth, to measure extraction on pages that nobody wrote rules for.

`make_page(seed)` draws every dimension of a page on its own (family, places of title and meta line, labels, dates,
bylines, length, noise, charset, broken markup) and returns the page, its truth and its traits. The generator knows
what portals print, and must never know how extraction reads it: nothing here imports or copies a rule of extraction.
"""
