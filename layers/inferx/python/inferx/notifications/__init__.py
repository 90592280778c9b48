"""Notifications to users, by mail."""
