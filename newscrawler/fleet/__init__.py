"""Many machines that crawl together: leases, parcels, the collector (docs/guides/fleet.md)."""
