"""What is fixed before a trial is run: the experiment, resolved, stamped and written down."""
