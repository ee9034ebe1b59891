"""Everything that can go wrong, by name; all of it is a SeglibError."""

from __future__ import annotations


class SeglibError(ValueError):
    """The root: a sentence that names what was needed, what came and what to do."""


class TableError(SeglibError):
    """Counts that cannot become a table: names the row, the column and the cure."""


class UnknownGroupError(SeglibError):
    """A group name that the table does not hold."""


class UndefinedMeasureError(SeglibError):
    """A measure that has no value for this table."""


class ConvergenceError(SeglibError):
    """An iteration that did not reach its tolerance."""


class UnknownPlaceError(SeglibError):
    """A place that no source or region knows by that name."""


class UnknownYearError(SeglibError):
    """A year that the source does not cover."""


class SourceTieError(SeglibError):
    """Two sources of equal rank offer the same figures."""


class DataDamagedError(SeglibError):
    """A data file whose content is not what its checksum promises."""


class SourceFormatError(SeglibError):
    """A source file that is not in the form its reader knows."""


class MissingDataError(SeglibError):
    """A place or region that is known but has no figures here."""


class ParameterError(SeglibError):
    """A parameter that is misspelt, missing or outside its range."""


class LanguageError(SeglibError):
    """A word, template or language that the word list does not hold."""


class ClaimError(SeglibError):
    """A claim, rule or outcome that the register does not allow."""


class DisclosureError(SeglibError):
    """A number that may not be shown because it is too small."""


class ReportError(SeglibError):
    """A notebook that cannot become a report."""


class SetupError(SeglibError):
    """A machine on which the tools cannot be set up."""


class FetchError(SeglibError):
    """A download that failed, or that was refused for its host, size or time."""
