"""The register: the journal sealed from time to time, so that nobody edits it quietly, not even its keeper."""
