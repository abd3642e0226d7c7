"""From predictions to what a person looks at, and back: ranking, selection, decisions."""
