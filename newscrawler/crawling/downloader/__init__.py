"""The download handler: network guard, old TLS, reasons of failures."""
