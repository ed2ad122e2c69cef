"""The order of stories: feedback, interests, candidates, ranker, exploration, explanation."""
