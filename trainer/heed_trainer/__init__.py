"""Heed's trainer: from weighted ratings to a reward model, adapters, a Director head and a safety correction."""

__version__ = '0.1.0'
