"""The status of a sheet after each event of the ledger."""

STATUS_AFTER = {
    "issue": "issued",
    "supersede": "superseded",
    "revoke": "revoked",
    "reinstate": "issued",
    "declare_void": "declared_void",
    "restore": "issued",
}
# Of the edition that an entity has now. One that was declared void holds no more, but comes back into force if the
# application with the declaration comes to nothing.
STANDING = frozenset({"issued", "declared_void"})
