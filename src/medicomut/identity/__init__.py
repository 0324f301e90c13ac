"""Who is who: accounts, service tokens, sessions, providers of identity, and what each role may do.

Secrets are kept as hashes only, in the database of the store. See `docs/identity.md`.
"""
