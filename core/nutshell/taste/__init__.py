"""What this reader likes: learned here, from what they do here, and theirs to see, change and erase."""
