"""Every state change of notifications. Features call `notices`; workers call `dispatch` and `sending`."""
