"""Cases: conflicts of instructions as bare structures, without a scenario."""
