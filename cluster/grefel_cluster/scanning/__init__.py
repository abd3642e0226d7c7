"""The stages of a scan: prepare pictures, run the model, write shards."""
