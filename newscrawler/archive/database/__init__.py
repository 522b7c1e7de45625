"""The SQLite file: opening, migrations, transactions, batches of writes, locks."""
