"""Parts searched, selected and required for a case."""
