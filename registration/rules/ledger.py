"""What an event of the ledger makes of a sheet of paper."""

STATUS_AFTER = {"issue": "issued", "supersede": "superseded", "revoke": "revoked", "reinstate": "issued"}
