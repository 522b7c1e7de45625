"""What several test folders use: portals, archives, crawls, servers. Tests import nothing from each other."""
