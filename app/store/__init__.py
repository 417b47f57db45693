"""Sessions, runs, events and blobs in SQLite or PostgreSQL; `app.store.store.open_store` opens one."""
