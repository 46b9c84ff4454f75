"""Which cells are played, and under which nuisance levels: pure functions, no words yet."""
