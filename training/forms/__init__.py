"""What is typed in training: input to cleaned values, never saved here."""
