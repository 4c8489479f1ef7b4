"""Who may do what: actions, policies, resource permissions and refusals as IAM words them."""
