"""Templates of papers that staff draw: a document of fields in boxes, its versions, and the second look at each."""
