"""How allauth behaves here. What it decides about a sign-in is told to people.actions.sessions, which records it."""
