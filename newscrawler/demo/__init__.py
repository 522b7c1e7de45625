"""The embedded demo portal: a small invented provincial portal that the program serves to itself."""
