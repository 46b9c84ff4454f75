"""From the facts of a choice to numbers: log-scores, weights, and what chance would give.

Exact facts give log-scores in nats and preference shares; sampled ones a weight of 1 on the
action chosen. The two are never pooled: each row of a table says by which method it came.
"""


