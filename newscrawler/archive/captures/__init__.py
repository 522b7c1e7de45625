"""Raw captures: WARC files, their CDXJ index, reading back, checking, copying."""
