"""From a homepage to sections, from a listing page to entries and the next page."""
