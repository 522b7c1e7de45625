"""The web face of an archive: pages for reading it, as a plugin of Datasette. Started by `newscrawler serve`."""
