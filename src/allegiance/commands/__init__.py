"""The commands of one subject each; `cli` puts them together. Nothing heavy is imported here."""
