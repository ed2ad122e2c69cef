"""The ask model: does a sentence hold the answer to a question?"""
