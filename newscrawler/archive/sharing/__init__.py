"""Work on other machines: a Dask cluster, and what its machines exchange."""
