"""Experiments that show that the trainer learns, each by one command."""
