"""Predictions for files of rows.

A file is cut into parts on the boundaries of its records (:mod:`~inferx.batch.planning`), each
part is predicted by itself (:mod:`~inferx.batch.parts`), and the results are joined
(:mod:`~inferx.batch.joining`). Nothing holds a whole file in memory, and every step may be
repeated: it writes the same bytes to the same keys.
"""
