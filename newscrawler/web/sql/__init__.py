"""SQL over the open part of an archive: the connection, the query with its limits, the pages and the file formats."""
