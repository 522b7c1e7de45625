"""The base of all packages: China's clock, dates, URLs, Han characters. Imports nothing of ours."""
