"""A model server for the local AWS: it speaks the Bedrock Runtime Converse API on loopback."""
