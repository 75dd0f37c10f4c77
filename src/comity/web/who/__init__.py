"""Who may do what over HTTP: whoever comes is let in by a passkey or a token, sees what the account's rights let it see, and nothing without one."""
