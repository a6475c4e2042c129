"""From turns to insight: analyzers, each a fold over events."""
