"""Webhooks: endpoints, events and their signed deliveries."""
