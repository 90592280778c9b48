"""Tools for the converter of deep networks; they run in its environment."""
