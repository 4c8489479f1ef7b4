"""Series of CloudWatch: read, dated, compared with other days, and told in one line."""
