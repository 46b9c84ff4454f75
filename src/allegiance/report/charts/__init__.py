"""The plots of a report, a module each; `canvas` puts them on a page, with their links."""
