"""The status of a sheet after each event of the ledger."""

STATUS_AFTER = {"issue": "issued", "supersede": "superseded", "revoke": "revoked", "reinstate": "issued"}
