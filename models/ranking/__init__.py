"""Learning and scoring for the news as an ONNX graph without trained weights."""
