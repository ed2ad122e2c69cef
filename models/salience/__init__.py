"""The salience model: a small network over sentence vectors that scores each sentence of a page."""
