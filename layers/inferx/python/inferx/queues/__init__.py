"""Between SQS and the domain: batches in, partial batch responses out."""
