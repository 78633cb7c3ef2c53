"""Files of a case: documents, pictures, reports, and their copies on OneDrive."""
