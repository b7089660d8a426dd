// Written by Tests/Oracles/safetensors_fixture.py; don't edit.

/// A file that the safetensors package of Python wrote.
enum PythonSafetensors {
  /// Its bytes in base64, in lines.
  static let base64 = """
    eAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJrZXkgXCIxXCIiOiJ0YWJcdMOE8J+YgCIsImZvcm1hdCI6Im5wIn0s
    ImxvbmciOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzIsMSwyXSwiZGF0YV9vZmZzZXRzIjpbMCwzMl19LCJlbXB0
    eSI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMCwzXSwiZGF0YV9vZmZzZXRzIjpbMzIsMzJdfSwic2NhbGFyIjp7
    ImR0eXBlIjoiRjMyIiwic2hhcGUiOltdLCJkYXRhX29mZnNldHMiOlszMiwzNl19LCJ3ZWlnaHQiOnsiZHR5cGUi
    OiJGMzIiLCJzaGFwZSI6WzIsM10sImRhdGFfb2Zmc2V0cyI6WzM2LDYwXX0sIkdyw7bDn2UgXCLPgFwiXG5cXCI6
    eyJkdHlwZSI6IkkzMiIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzYwLDcyXX19ICAgAAAAAAAAAID/////
    /////wAAAAAAAAAA/////////38AAIA+AACAPwAAAIDNzMw95rFhfwEAAAAAACDAAAAAgAAAAAD///9/
    """
}
