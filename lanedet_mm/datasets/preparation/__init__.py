"""From a release as it was downloaded to files that are ready to use."""
