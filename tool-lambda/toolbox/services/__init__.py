"""What one service of AWS alone can tell: Health, X-Ray, certificates, executions of workflows."""
