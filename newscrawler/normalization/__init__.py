"""Raw strings to values: dates, people, outlets, text and the identity of URLs. Pure."""
