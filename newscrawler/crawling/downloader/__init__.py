"""The download handler: network guard, old TLS, exchanges for captures, descriptions of failures."""
