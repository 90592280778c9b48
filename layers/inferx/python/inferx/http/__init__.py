"""Between API Gateway and the domain: events in, responses out, errors to statuses."""
