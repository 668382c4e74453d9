"""How an instance is set up: profiles, environment overrides, and one typed, frozen `Settings`. Imports nothing of `quiz`."""
