"""Proof that an archive is whole, and ways back: verify, repair, salvage, backup."""
