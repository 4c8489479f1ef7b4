"""CloudWatch: metrics, metric math, alarms and their history, answered as AWS answers.

`operations` is the door; `store` keeps datapoints; `queries` and `math` compute what GetMetricData and alarms ask
for. What cannot be answered exactly is refused with a sentence that says so.
"""
