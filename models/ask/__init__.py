"""The head of Ask: does a sentence hold the answer to a question?"""
