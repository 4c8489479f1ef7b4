"""Who may do what: decisions of IAM for a role, and policies of resources in words."""
