"""Random models over random tables, each converted, served and compared with the original."""
