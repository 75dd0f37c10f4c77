"""The conditions over flat legs as SQL for any engine."""
