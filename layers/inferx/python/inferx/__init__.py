"""InferX: a trained model in, a secured and versioned HTTPS prediction API out.

Arrows run one way: functions → :mod:`inferx.http` → the domain (identity, registry,
conversion, serving, notifications) → :mod:`inferx.storage`. The domain knows nothing of
events, HTTP or Lambda.
"""

__version__ = "0.1.0"
