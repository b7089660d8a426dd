"""Tables that the package answers, with pandas and without."""


def records(table):
    """The rows of a table, whatever it is made of."""
    return table.to_dict("records") if hasattr(table, "to_dict") else table
