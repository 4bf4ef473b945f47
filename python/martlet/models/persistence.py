"""Where pickles of earlier versions look for what restores a model."""

from martlet.models.save import restored

__all__ = ["restored"]
