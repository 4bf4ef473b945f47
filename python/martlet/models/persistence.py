"""Entry point for pickles that earlier versions wrote."""

from martlet.models.save import restored

__all__ = ["restored"]
