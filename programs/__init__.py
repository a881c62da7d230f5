"""What partners offer: vocabulary, offers of five kinds, the public catalogue, the adapter to the matching engine."""
